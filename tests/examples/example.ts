/** All campaign files of examples/, and a repository in which each of them may be checked and run. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compareText } from '../../src/core/compare.js';

const root = path.join(import.meta.dirname, '../..');
const fixtures = path.join(import.meta.dirname, 'fixtures');

export interface Example {
  /** Below examples/: `patterns/swarm.yaml`. */
  readonly file: string;
  /** In the repository, where they lie side by side. */
  readonly name: string;
  readonly text: string;
}

function isCampaign(file: string): boolean {
  return /\.(yaml|json)$/.test(file) && !file.startsWith('demo/');
}

export const examples: readonly Example[] = readdirSync(path.join(root, 'examples'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter(isCampaign)
  .sort(compareText)
  .map((file) => ({
    file,
    name: path.basename(file),
    text: readFileSync(path.join(root, 'examples', file), 'utf8'),
  }));

const roleFiles = readdirSync(path.join(root, 'examples/roles')).sort(compareText);

export const roleNames: readonly string[] = roleFiles.map((file) => path.basename(file, '.md'));

/** The examples and the roles where a user would copy them to, and the program that minimal.yaml names. */
export function copyExamples(repository: string): void {
  for (const { name, text } of examples) writeFileSync(path.join(repository, name), text);
  const agents = path.join(repository, '.claude/agents');
  mkdirSync(agents, { recursive: true });
  for (const file of roleFiles)
    copyFileSync(path.join(root, 'examples/roles', file), path.join(agents, file));
  mkdirSync(path.join(repository, 'tools'));
  copyFileSync(path.join(fixtures, 'agent.mjs'), path.join(repository, 'tools/agent.mjs'));
}

/** A folder for the PATH with the programs that examples call: `claude`, `npm` and `npx`. */
export function makePrograms(folder: string): string {
  mkdirSync(folder);
  const claude = `#!/bin/sh\nexec '${process.execPath}' '${path.join(fixtures, 'agent.mjs')}' "$@"\n`;
  const npm = readFileSync(path.join(fixtures, 'npm.sh'), 'utf8');
  for (const [name, text] of Object.entries({ claude, npm, npx: npm })) {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), 0o755);
  }
  return folder;
}
