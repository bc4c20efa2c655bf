import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readOutputSchemas } from '../../src/cli/output-schema.js';
import { parseSource } from '../../src/core/spec-source.js';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-schema-'));
writeFileSync(join(folder, 'a.json'), '{ "type": "object" }');
writeFileSync(join(folder, 'b.yaml'), 'type: array\nitems: { type: string }\n');
writeFileSync(join(folder, 'bad.json'), '{ "type": "objekt" }');
writeFileSync(join(folder, 'list.json'), '[1]');

async function read(...outputs: string[]) {
  const tasks = outputs.map((output, index) => `{ id: t${index}, title: T, output: ${output} }`);
  const source = parseSource(`tasks: [${tasks.join(', ')}]`, 'campaign.yaml');
  const { schemas, problems } = await readOutputSchemas(source, folder);
  return {
    schemas,
    told: problems.map(({ code, message, where }) => `${where?.column ?? 0} ${code} ${message}`),
  };
}

it('reads the schemas that tasks name, as JSON or YAML', async () => {
  const { schemas, told } = await read('a.json', 'b.yaml', '{ type: string }');
  expect(told).toEqual([]);
  expect(schemas).toEqual({
    'a.json': { type: 'object' },
    'b.yaml': { type: 'array', items: { type: 'string' } },
  });
});

it.each([
  ['bad.json', 'type'],
  ['list.json', 'a mapping was expected'],
  ['none.json', "can't be read"],
  ['{ type: objekt }', 'type'],
  [`{ description: "${'x'.repeat(33_000)}" }`, '32000 are the most'],
])('refuses %.20s before anything starts, at its place', async (output, why) => {
  const { told } = await read(output);
  expect(told).toEqual([
    expect.stringMatching(/^37 spec\/bad-schema the output of task "t0" has no right JSON schema/),
  ]);
  expect(told[0]).toContain(why);
});
