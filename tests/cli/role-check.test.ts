/** Roles as campaigns find them in a repository: what they own, what they ask for, and what nobody does. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkFile } from '../../src/cli/load-campaign.js';
import { homePaths } from '../../src/core/home.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

beforeAll(async () => {
  lab = await CliLab.create();
  const role = (fields: string) => `---\n${fields}---\nDo it.\n`;
  await lab.write(
    '.claude/agents/writer.md',
    role('name: writer\noutputFolder: docs/guide/\ncolor: red\nhooks: {}\n'),
  );
  await lab.write('.claude/agents/asker.md', role('name: asker\nmodel: opus\ntools: Read\n'));
  await lab.write('.claude/agents/idle.md', role('name: idle\nmemory: user\n'));
});

afterAll(() => lab.remove());

async function load(tasks: string) {
  const text = `version: 1
name: c
agents:
  script: { adapter: command, run: [sh], instances: 2 }
defaults: { verify: [] }
tasks:
${tasks}`;
  await lab.write('c.yaml', text);
  await lab.commit('Change it');
  const home = homePaths(lab.home);
  const { problems, loaded } = await checkFile({
    file: path.join(lab.repository, 'c.yaml'),
    home,
    env: process.env,
  });
  const compiled = loaded?.compileAs({ campaign: 'c', createdAt: '2026-01-01T00:00:00Z', repository: null });
  return { problems, brief: compiled?.brief, plan: compiled?.plan };
}

it('warns once of each role that a task has, by its file, and of no other', async () => {
  const { problems } = await load(`
  - { id: a, title: Write the first page, role: writer }
  - { id: b, title: Write the second page, role: writer, needs: [a] }
  - { id: d, title: Ask them all about it, role: asker, changes: none }
`);
  expect(
    problems.map(({ code, severity, where, message }) => [code, severity, where?.file, message]),
  ).toEqual([
    [
      'role/unmapped',
      'warning',
      '.claude/agents/asker.md',
      'of the role asker these fields do nothing: for agent script model, tools',
    ],
    [
      'role/unmapped',
      'warning',
      '.claude/agents/writer.md',
      'of the role writer these fields do nothing: color, hooks',
    ],
  ]);
});

it('gives its tasks its output folder, where they say nothing of what they own', async () => {
  const { brief, plan } = await load(`
  - { id: usual, title: Write the first page, role: writer }
  - { id: own, title: Write another page, role: writer, owns: [docs/other.md] }
  - { id: none, title: Write it anywhere else, role: writer, owns: [] }
  - { id: look, title: Look at all the pages, role: writer, changes: none }
`);
  const owned = Object.fromEntries(Object.values(brief!.tasks).map(({ id, owns }) => [id, owns]));
  expect(owned).toEqual({ usual: ['docs/guide/**'], own: ['docs/other.md'], none: [], look: [] });
  // It is locked as what a task says itself is.
  const claims = plan!.tasks.map(({ claims }) =>
    claims.map(({ path: at, mode }) => `${plan!.paths[at]} ${mode}`),
  );
  expect(claims).toEqual([['docs/guide/** exclusive'], ['docs/other.md exclusive'], [], []]);
});

it('takes a model of a task, and refuses one that no agent of it knows', async () => {
  const { problems } = await load('  - { id: a, title: Write the first page, model: opus, owns: [x] }\n');
  expect(problems).toMatchObject([{ code: 'spec/conflicting-keys', where: { line: 7, column: 43 } }]);
});
