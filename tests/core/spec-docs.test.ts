import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/core/spec.js';
import { campaignJsonSchema } from '../../src/core/spec-json-schema.js';

const read = (file: string) => readFileSync(file, 'utf8');

describe('docs/errors.md', () => {
  // As the `code` of a problem, or among the arguments of a function that makes one.
  const CODES = [
    /\bcode: '([a-z-]+\/[a-z-]+)'/g,
    /'((?:account|blocker|brief|campaign|client|git|payload|repository|role|server|spec|task|worker)\/[a-z-]+)'/g,
  ];
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(`src/${file}`));
  const used = new Set(
    CODES.flatMap((code) => sources.flatMap((text) => [...text.matchAll(code)].map((match) => match[1]!))),
  );
  const explained = [...read('docs/errors.md').matchAll(/^### (\S+)$/gm)].map((match) => match[1]!);

  it('explains every code of the source, with the way out', () => {
    expect([...used].filter((code) => !explained.includes(code))).toEqual([]);
    expect(read('docs/errors.md').match(/^\*\*The way out:\*\* \S/gm)).toHaveLength(explained.length);
  });
  it('explains each code once, and none of a spec that is gone', () => {
    expect(new Set(explained).size).toBe(explained.length);
    expect(explained.filter((code) => /^(spec|role)\//.test(code) && !used.has(code))).toEqual([]);
  });
});

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly description?: string;
}

/** Every key that a JSON schema names, at whatever depth, with its schema. */
function keysOf(node: Node): readonly [string, Node][] {
  const own = Object.entries(node.properties ?? {});
  const inner = [...own.map(([, value]) => value), node.items, node.additionalProperties];
  return [...own, ...inner.flatMap((value) => (typeof value === 'object' ? keysOf(value) : []))];
}

describe('the JSON schema', () => {
  const schema = campaignJsonSchema() as Node;
  it('has a description for each key', () => {
    const silent = keysOf(schema).filter(([, { description }]) => description === undefined);
    expect(silent.map(([key]) => key)).toEqual([]);
  });
  it('refuses other keys, and does not ask for those with defaults', () => {
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      additionalProperties: false,
      required: ['version', 'name', 'agents'],
    });
  });
});

describe('docs/campaign-file.md', () => {
  const text = read('docs/campaign-file.md');
  it('names every key of the schema', () => {
    const keys = new Set(keysOf(campaignJsonSchema() as Node).map(([key]) => key));
    expect([...keys].filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
  });
  it('shows campaigns that are right', () => {
    const shown = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
    expect(shown.length).toBeGreaterThan(1);
    for (const example of shown) expect(readSpec(example, 'campaign.yaml').problems).toEqual([]);
  });
});
