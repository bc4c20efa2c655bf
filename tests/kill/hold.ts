/** What must hold of a campaign when it is over, whatever was killed meanwhile. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { turnFolder } from '../../src/core/home.js';
import type { Status } from '../../src/core/status.js';
import type { Entry, KillLab } from './kill-lab.js';

export interface Outcome {
  readonly tree: string;
  readonly tasks: readonly (readonly [string, string, number])[];
}

/** The campaign's result: what must be the same as that of an undisturbed run. */
export async function readOutcome(lab: KillLab): Promise<Outcome> {
  const { code, stdout, stderr } = await lab.cli.run('status', lab.campaign, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const status = JSON.parse(stdout) as Status;
  return {
    tree: await lab.cli.git('rev-parse', `${branchOf(lab)}^{tree}`),
    tasks: status.tasks.map(({ id, state, attempts }) => [id, state, attempts]),
  };
}

function branchOf({ campaign }: KillLab): string {
  return `longhaul/${campaign}/main`;
}

export async function expectNothingLostOrDoubled(lab: KillLab): Promise<void> {
  const ledger = lab.ledger();
  expect(ledger.filter(({ is }) => is === 'violation')).toEqual([]);
  expectOneSessionPerAttempt(ledger);
  expectNoFinishedTurnAgain(lab, ledger);
  expectCheckpoints(lab, ledger);
  expectCommits(lab, ledger);
  await expectOneMergePerTask(lab, ledger);
  expect(listFiles(lab.home.journals)).toEqual([]);
  expectOnlyOurServices(lab);
}

function expectOneSessionPerAttempt(ledger: readonly Entry[]): void {
  const sessions = new Map<string, Set<string>>();
  for (const { task, attempt, session } of ledger) {
    const key = `${task} attempt ${attempt}`;
    sessions.set(key, (sessions.get(key) ?? new Set()).add(session));
  }
  expect([...sessions].filter(([, ids]) => ids.size !== 1)).toEqual([]);
}

/** A turn is finished when its facts are on disk. */
function expectNoFinishedTurnAgain(lab: KillLab, ledger: readonly Entry[]): void {
  const again = ledger.filter(({ is, task, gen, atMs }) => {
    if (is !== 'start') return false;
    const facts = `${turnFolder(lab.home, { campaign: lab.campaign, task, gen })}/turn.json`;
    return existsSync(facts) && statSync(facts).mtimeMs < atMs;
  });
  expect(again).toEqual([]);
}

/** Every gen whose agent came to its end has its checkpoint in the mirror. */
function expectCheckpoints(lab: KillLab, ledger: readonly Entry[]): void {
  const ended = ledger.filter(({ is }) => is === 'end').map(({ task, gen }) => `${task}/${gen}`);
  const prefix = `refs/longhaul/${lab.campaign}/`;
  const refs = gitIn(mirrorOf(lab), 'for-each-ref', '--format=%(refname)', prefix).split('\n');
  const missing = [...new Set(ended)].filter((key) => !refs.includes(prefix + key));
  expect(missing).toEqual([]);
}

/**
 * An agent that was killed between its last edit and its commit may leave that edit uncommitted; then one commit of all is
 * delivered in place of its own, which stay reachable from the checkpoints.
 */
function expectCommits(lab: KillLab, ledger: readonly Entry[]): void {
  const made = ledger.flatMap(({ commit }) => commit ?? []);
  expect(made.length).toBeGreaterThan(0);
  const reached = gitIn(mirrorOf(lab), 'rev-list', '--all').split('\n');
  expect(made.filter((commit) => !reached.includes(commit))).toEqual([]);
}

async function expectOneMergePerTask(lab: KillLab, ledger: readonly Entry[]): Promise<void> {
  const format = '--format=%(trailers:key=Longhaul-Task,valueonly,separator=%x2C)';
  const merges = await lab.cli.git('log', '--merges', '--first-parent', format, branchOf(lab));
  const tasks = [...new Set(ledger.map(({ task }) => task))];
  const often = new Set(doneAgain(ledger));
  const once = merges.split('\n').filter((task, at, all) => !often.has(task) || all.indexOf(task) === at);
  expect(once.sort()).toEqual(tasks.sort());
}

/** What a changed campaign file had done again may have been merged before. */
function doneAgain(ledger: readonly Entry[]): readonly string[] {
  return ledger.filter(({ attempt }) => attempt !== '1').map(({ task }) => task);
}

function mirrorOf({ home }: KillLab): string {
  const [name] = readdirSync(home.mirrors).filter((each) => each.endsWith('.git'));
  return `${home.mirrors}/${name ?? 'none'}`;
}

function gitIn(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
}

function listFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** No agent, no helper of one, no command of a check. */
function expectOnlyOurServices(lab: KillLab): void {
  const services = (['server', 'supervisor', 'worker'] as const).map((name) => lab.record(name)?.pid);
  const others = lab.processes().filter(({ pid }) => !services.includes(pid));
  expect(others).toEqual([]);
}
