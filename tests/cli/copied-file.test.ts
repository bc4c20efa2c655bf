import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findMissingCopies, findUnmasked } from '../../src/cli/copied-file.js';
import { lookAround } from '../../src/cli/surroundings.js';
import { homePaths } from '../../src/core/home.js';
import { parseSource } from '../../src/core/spec-source.js';
import { makeRepository, temporaryFolder, writeFiles } from '../fixture-repository.js';

const spec = `name: cart
repository: .
copy: [.env.test, .env.none]
tasks:
  - { id: api, title: T, copy: [certs] }
  - { id: ui, title: T, copy: [certs/none.pem] }
`;

async function check(text: string) {
  const folder = makeRepository(`${temporaryFolder()}/store`, {
    '.gitignore': '.env.*\ncerts\n',
    'campaign.yaml': text,
  });
  writeFiles(folder, { '.env.test': 'A=b\n', 'certs/ca.pem': 'x' });
  const file = `${folder}/campaign.yaml`;
  const options = { file, home: homePaths(`${folder}-home`), env: process.env };
  const { problems } = await lookAround(parseSource(text, file), options);
  return { folder, told: problems.filter(({ code }) => code === 'spec/missing-copy') };
}

it('tells each copied file that is not there, at its place', async () => {
  const { folder, told } = await check(spec);
  const place = (line: number, column: number) => ({ file: `${folder}/campaign.yaml`, line, column });
  expect(told).toMatchObject([
    { severity: 'problem', message: `copy: there is no .env.none in ${folder}`, where: place(3, 19) },
    { message: `copy: there is no certs/none.pem in ${folder}`, where: place(6, 32) },
  ]);
});

it('warns where more is copied than is masked', async () => {
  const { folder } = await check(spec);
  const source = parseSource(spec, 'campaign.yaml');
  const repository = { kind: 'path', location: folder, base: 'main', baseCommit: 'c' } as const;
  expect(await findUnmasked(source, repository)).toEqual([]);
  const keys = Array.from({ length: 1_001 }, (_, index) => `KEY_${index}=value-${index}`);
  writeFiles(folder, { 'certs/many': keys.join('\n') });
  expect(await findUnmasked(source, repository)).toMatchObject([
    { code: 'spec/unmasked-copy', severity: 'warning', where: { line: 3 } },
  ]);
});

it('warns of a folder that holds too much to look at, whatever that is', async () => {
  const { folder } = await check(spec);
  const source = parseSource('copy: [certs]\n', 'campaign.yaml');
  const repository = { kind: 'path', location: folder, base: 'main', baseCommit: 'c' } as const;
  expect(await findUnmasked(source, repository)).toEqual([]);
  for (let count = 0; count < 1_000; count += 1) writeFileSync(`${folder}/certs/${count}.png`, '\0');
  expect(await findUnmasked(source, repository)).toMatchObject([{ code: 'spec/unmasked-copy' }]);
});

it('tells once for each list that a URL has no checkout to copy from', async () => {
  const { told } = await check('repository: .\ntasks: [{ id: api, title: T, copy: [] }]\n');
  expect(told).toEqual([]);
  const source = parseSource(spec, 'campaign.yaml');
  const repository = { kind: 'url', location: 'https://x.test/y', base: 'main', baseCommit: 'c' } as const;
  expect(findMissingCopies(source, repository).map(({ where }) => where?.line)).toEqual([3, 5, 6]);
});
