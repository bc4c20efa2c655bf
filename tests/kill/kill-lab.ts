/** Campaigns on real processes, one after the other in one home, and what their agents wrote down. */
import { appendFileSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homePaths, type HomePaths } from '../../src/core/home.js';
import { isAlive, type ProcessId } from '../../src/server/daemon.js';
import { readStatus } from '../../src/server/up.js';
import { CliLab, type Running } from '../cli/run-cli.js';

/** A line of what the agents wrote down (agent.mjs). */
export interface Entry {
  readonly is: 'start' | 'step' | 'commit' | 'end' | 'violation';
  readonly task: string;
  readonly gen: number;
  readonly attempt: string;
  readonly turn: string;
  readonly session: string;
  readonly pid: number;
  readonly atMs: number;
  readonly commit?: string;
  readonly what?: string;
}

function spec(run: readonly string[]): string {
  return `version: 1
name: kill
agents:
  script: { adapter: command, run: ${JSON.stringify(run)}, instances: 3 }
setup: ["sleep 0.3", "echo yes > .prepared"]
defaults: { attempts: 1, verify: ["test -d work"] }
tasks:
  - { id: one, title: Begin the line }
  - { id: two, title: Lengthen the line, needs: [one], verify: ["grep -q mended work/mended.txt"] }
  - { id: three, title: End the line, needs: [two] }
  - { id: left, title: Work beside the others }
  - { id: right, title: 'Work beside the others, with commits and a helper' }
`;
}

export class KillLab {
  client: Running | null = null;
  campaign = '';

  private constructor(readonly cli: CliLab) {}

  static async create(): Promise<KillLab> {
    const lab = new KillLab(await CliLab.create());
    await lab.cli.write('chain.txt', 'line\n');
    // Campaign files name this lab's folder, so they are no part of a tree that is compared.
    await lab.cli.write('.gitignore', '.prepared\n*.yaml\n');
    await lab.cli.commit('Plan');
    await lab.cli.write('campaign.yaml', spec(lab.agent));
    return lab;
  }

  /** The program that a campaign file names, and its arguments. */
  get agent(): readonly string[] {
    return ['node', path.join(import.meta.dirname, 'agent.mjs'), this.cli.folder];
  }

  get home(): HomePaths {
    return homePaths(this.cli.home);
  }

  /** Starts the campaign of this id, or attaches to it. */
  run(campaign: string): Running {
    this.campaign = campaign;
    this.client = this.cli.follow('run', 'campaign.yaml', '--id', campaign);
    return this.client;
  }

  ledger(): readonly Entry[] {
    return readLines(path.join(this.cli.folder, `${this.campaign}.ledger.jsonl`));
  }

  /** Turns that began; each try counts. */
  starts(): number {
    return this.ledger().filter(({ is }) => is === 'start').length;
  }

  /** Agents at work. */
  agents(): readonly Entry[] {
    const ledger = this.ledger();
    const ended = new Set(ledger.filter(({ is }) => is === 'end').map(({ pid }) => pid));
    return ledger.filter(({ is, pid }) => is === 'start' && !ended.has(pid) && this.#belongs(pid));
  }

  /** A pid that is not this lab's any more is never signalled. */
  #belongs(pid: number): boolean {
    return this.processes().some((other) => other.pid === pid);
  }

  /** All that runs of this lab, known by its folder in the command line, the environment or as its directory. */
  processes(): readonly { readonly pid: number; readonly command: string }[] {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return [];
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      const traces = [command, read(`/proc/${name}/environ`), whereIs(name)];
      const isOurs = traces.some((trace) => trace.includes(this.cli.folder));
      return isOurs && command !== '' ? [{ pid: Number(name), command }] : [];
    });
  }

  record(name: 'server' | 'supervisor' | 'worker'): ProcessId | null {
    return readStatus(this.home)[name];
  }

  /** Ends what runs of it, and removes it; returns what would not end. */
  async close(keep: 'keep' | 'remove'): Promise<readonly string[]> {
    await this.cli.run('down');
    const left = this.processes();
    for (const { pid } of left) signal(pid, 'SIGKILL');
    if (keep === 'keep') console.error(`what was left is in ${this.cli.folder}`);
    else await this.cli.remove();
    return left.map(({ command }) => command);
  }

  /** What the harness did, to read beside the ledger. */
  log(text: string): void {
    const line = `${new Date().toISOString()} ${this.campaign}: ${text}\n`;
    appendFileSync(path.join(this.cli.folder, 'kills.log'), line);
  }

  async waitFor<Result>(what: string, look: () => Result | null | false): Promise<Result> {
    const deadline = Date.now() + 240_000;
    for (;;) {
      const result = look();
      if (result !== null && result !== false) return result;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}; see ${this.cli.folder}`);
      await sleep(20);
    }
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export async function killProcess(id: ProcessId): Promise<void> {
  if (isAlive(id)) signal(id.pid, 'SIGKILL');
  while (isAlive(id)) await sleep(5);
}

function whereIs(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readLines(file: string): readonly Entry[] {
  const lines = read(file).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}
