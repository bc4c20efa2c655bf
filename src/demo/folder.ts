/** The demo's own place: a repository, a LONGHAUL_HOME, the campaign file for scripts and the one for Claude Code. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { git } from './git.js';

export interface DemoFolder {
  readonly root: string;
  readonly repository: string;
  /** LONGHAUL_HOME. */
  readonly home: string;
  /** Where the scripted agents remember what they did. */
  readonly memory: string;
  readonly campaign: string;
  readonly claudeCampaign: string;
}

export interface AgentProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const source = fileURLToPath(new URL('../../examples/demo/', import.meta.url));

/** How long one step of a scripted agent takes. */
export interface Pace {
  readonly stepMs: number;
}

export async function makeDemoFolder(program: AgentProgram, { stepMs }: Pace): Promise<DemoFolder> {
  const root = claimFolder();
  const folder = {
    root,
    repository: path.join(root, 'repository'),
    home: path.join(root, 'home'),
    memory: path.join(root, 'memory'),
    campaign: path.join(root, 'campaign.yaml'),
    claudeCampaign: path.join(root, 'claude-code.yaml'),
  };
  mkdirSync(folder.memory);
  const text = readFileSync(`${source}campaign.yaml`, 'utf8');
  const run = [program.command, ...program.args, folder.memory, String(stepMs)];
  writeFileSync(folder.campaign, withScripts(text, run));
  writeFileSync(folder.claudeCampaign, renamed(text, 'demo-claude'));
  await makeRepository(folder.repository);
  return folder;
}

/** `longhaul-demo-1`, or the next number that nobody has. */
function claimFolder(): string {
  for (let number = 1; ; number++) {
    const root = path.join(os.tmpdir(), `longhaul-demo-${number}`);
    try {
      mkdirSync(root, { mode: 0o700 });
      return root;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The same campaign, with scripted agents: the guest has an account of its own, so that its limit is its own too. */
function withScripts(text: string, run: readonly string[]): string {
  const document = parseDocument(withoutComments(text));
  document.set('agents', {
    team: { adapter: 'command', run, instances: 4, account: 'team' },
    guest: { adapter: 'command', run, instances: 1, account: 'guest' },
  });
  return document.toString({ lineWidth: 0 });
}

/** The branches of the scripts' campaign are in the repository already. */
function renamed(text: string, name: string): string {
  const document = parseDocument(withoutComments(text));
  document.set('name', name);
  return document.toString({ lineWidth: 0 });
}

/** The comments at the top speak of the file in its place in the package. */
function withoutComments(text: string): string {
  return text.replace(/^(#.*\n)+/, '');
}

async function makeRepository(folder: string): Promise<void> {
  cpSync(`${source}repository`, folder, { recursive: true });
  // npm leaves files of this name out of packages.
  writeFileSync(path.join(folder, '.gitignore'), 'src/generated/\n');
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'A library, and tests of what it shall do');
}
