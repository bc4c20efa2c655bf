import { describe, expect, it } from 'vitest';
import { findSecrets, SUSPECT_LINE } from '../../src/core/secret.js';

/** Put together, so that no scanner takes this file for a leak. */
const random = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY5zA7bC9dE1fG3hJ5kL7mN9pQ1rS3tU5v';
const key = (prefix: string, length: number) => prefix + random.slice(0, length);
const pem = (kind: string, body: string) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;

const secrets: readonly [string, string][] = [
  ['an AWS access key', ['AKI', 'QYLPMN5HFIQR7XYA'].join('A')],
  ['a GitHub token', key('ghp_', 36)],
  ['a GitHub token', key('github_pat_', 60)],
  ['a Slack token', key('xoxb-1234567890-', 24)],
  ['an Anthropic API key', key('sk-ant-api03-', 60)],
  ['an OpenAI API key', key('sk-proj-', 48)],
  ['a Google API key', key('AIza', 35)],
  ['a private key', pem(['RSA PRIVATE', 'KEY'].join(' '), `${random}\n${random.slice(3, 40)}`)],
];

describe('secrets', () => {
  it.each(secrets)('%s is found, with its line', (kind, text) => {
    expect(findSecrets(`first\nconst a = "${text}";\n`)).toMatchObject([{ line: 2, kind }]);
    expect(new RegExp(SUSPECT_LINE).test(text)).toBe(true);
  });

  it.each(secrets)('%s is passed over where a person says that it is made up', (_, text) => {
    expect(findSecrets(`# longhaul:not-a-secret\n${text}`)).toEqual([]);
    expect(findSecrets(`# longhaul:not-a-secret\n\n${text}`)).toHaveLength(1);
  });

  it.each([
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'AKIAIOSFODNN7EXAMPLE',
    `data:image/png;base64,xx${secrets[0]?.[1] ?? ''}`,
    `${secrets[0]?.[1] ?? ''}moreofit`,
    ['grep -r -- "-----BEGIN PRIVATE', 'KEY-----" .'].join(' '),
    'sk-proj-short',
    pem(['PRIVATE', 'KEY'].join(' '), random.slice(0, 30)),
  ])('%s is none', (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('tells private keys apart by their ends, as all of a kind begin alike', () => {
    const [first, other] = ['1', '2'].map((end) =>
      findSecrets(pem(['PRIVATE', 'KEY'].join(' '), `${random}\n${random.slice(0, 30)}${end}`)),
    );
    expect(first?.[0]?.value).not.toBe(other?.[0]?.value);
  });

  it.each(['\n', ' '])('are found in a large file full of them, apart by %j', (between) => {
    const [, token] = secrets[1]!;
    const found = findSecrets(`${token}${between}`.repeat(50_000));
    expect(found).toHaveLength(50_000);
    expect(found.at(-1)?.line).toBe(between === '\n' ? 50_000 : 1);
  });

  it('comes in the order of the lines', () => {
    const text = secrets.map(([, secret]) => secret).reverse();
    const lines = findSecrets(text.join('\n')).map(({ line }) => line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(lines).toHaveLength(secrets.length);
  });
});
