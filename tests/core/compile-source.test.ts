import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { compileAgain, type CompileSource } from '../../src/core/compile-source.js';
import { compile } from '../../src/core/compile.js';
import { readSpec } from '../../src/core/spec.js';
import { digest } from './compile-spec.js';

const examples = path.join(import.meta.dirname, '../../examples');
const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.yaml'),
);
const roleNames = readdirSync(path.join(examples, 'roles')).map((file) => path.basename(file, '.md'));
const roles = Object.fromEntries(
  roleNames.map((name) => [
    name,
    { name, description: '', instructions: `You are ${name}.`, model: null, options: {}, outputFolder: null },
  ]),
);

it.each(files)('%s compiles to the same from what is kept of it, as it is read back', (file) => {
  const { spec, filled } = readSpec(readFileSync(path.join(examples, file), 'utf8'), file);
  const existingBranches = ['main', 'other'];
  const { plan, brief } = compile({
    spec: spec!,
    campaign: 'c',
    repository: { location: '/repo', kind: 'path', base: 'main', baseCommit: 'b'.repeat(40) },
    roles,
    templates: {},
    existingBranches,
    createdAt: '2026-01-01T00:00:00Z',
    digest,
  });
  const kept: CompileSource = {
    version: 1,
    file,
    value: filled,
    roles,
    templates: {},
    existingBranches,
    learnt: null,
  };
  const read = JSON.parse(JSON.stringify(kept)) as CompileSource;
  expect(compileAgain(read, { earlier: brief!, additions: [], digest })).toMatchObject({
    plan,
    brief,
    problems: [],
  });
});
