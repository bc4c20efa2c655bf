/** The demo judges itself: every claim that it makes on the screen is looked up where it left its traces. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { countOf } from '../core/count.js';
import { homePaths, taskFolder } from '../core/home.js';
import type { ReportData } from '../core/status.js';
import type { DemoFolder } from './folder.js';
import { git } from './git.js';
import { begins, readMemory, type Entry } from './memory.js';
import { shortSession } from './story.js';

export interface Verdict {
  readonly ok: boolean;
  readonly text: string;
}

/** What the demo did to its own campaign. */
export interface Kill {
  readonly before: number;
  readonly after: number;
  /** The tasks whose agents were at work. */
  readonly tasks: readonly string[];
}

export interface Evidence {
  readonly folder: DemoFolder;
  readonly report: ReportData;
  readonly kill: Kill | null;
  /** The commit that the user's branch had at the start. */
  readonly base: string;
}

type Check = (evidence: Evidence) => Verdict | Promise<Verdict>;

const checks: readonly Check[] = [
  allDone,
  rejectedOnce,
  answered,
  limited,
  killed,
  oneAtATime,
  mergedInOrder,
  testsPass,
  baseUntouched,
];

export async function judge(evidence: Evidence): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const check of checks) {
    try {
      verdicts.push(await check(evidence));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      verdicts.push({ ok: false, text: `${check.name}: it could not be looked up: ${reason}` });
    }
  }
  return verdicts;
}

function allDone({ report: { status } }: Evidence): Verdict {
  const done = status.tasks.filter(({ state }) => state === 'done').length;
  return {
    ok: status.state === 'done' && done === status.tasks.length,
    text: `${done} of ${status.tasks.length} tasks done, in ${countOf(phasesOf(status), 'phase')}`,
  };
}

function phasesOf({ tasks }: ReportData['status']): number {
  return new Set(tasks.map(({ phase }) => phase)).size;
}

function rejectedOnce(evidence: Evidence): Verdict {
  const { report, folder } = evidence;
  const verified = report.spans.filter(({ task, kind }) => task === 'money' && kind === 'verify');
  const outcomes = verified.map(({ outcome }) => outcome).join();
  const told = lastPrompt(folder, report.status.id, 'money').includes('1,234.56');
  const session = onlySession(evidence, 'money');
  return {
    ok: outcomes === 'rejected,done' && told && session !== null,
    text: `money failed its tests, read why, and passed in the same session ${shortSession(session)}`,
  };
}

function lastPrompt(folder: DemoFolder, campaign: string, task: string): string {
  const turns = taskFolder(homePaths(folder.home), campaign, task);
  const last = Math.max(...readdirSync(turns).map(Number).filter(Number.isInteger));
  return readFileSync(path.join(turns, String(last), 'prompt.md'), 'utf8');
}

async function answered(evidence: Evidence): Promise<Verdict> {
  const { report, folder } = evidence;
  const blocker = report.status.blockers.find(({ task }) => task === 'discount');
  const code = await git(folder.repository, 'show', `${branchOf(report)}:src/discount.js`);
  const session = onlySession(evidence, 'discount');
  return {
    ok: blocker?.state === 'answered' && code.includes('Math.ceil(exact - 0.5)') && session !== null,
    text: `discount asked, got its answer in the same session ${shortSession(session)}, and wrote it so`,
  };
}

function limited(evidence: Evidence): Verdict {
  const memory = readMemory(evidence.folder.memory, 'zone');
  const hit = memory.findIndex((entry) => entry.is === 'end' && entry.how === 'limit');
  const [from, to] = [memory[hit], memory[hit + 1]];
  const waitedMs = from === undefined || to === undefined ? 0 : Date.parse(to.at) - Date.parse(from.at);
  const session = onlySession(evidence, 'zone');
  return {
    ok: hit !== -1 && waitedMs > 0 && session !== null,
    text: `zone waited ${Math.round(waitedMs / 1_000)} s for its usage limit to end, then went on in ${shortSession(session)}`,
  };
}

function killed(evidence: Evidence): Verdict {
  const { kill } = evidence;
  if (kill === null)
    return { ok: false, text: 'the worker was not killed: no two agents were at work at once' };
  const sessions = kill.tasks.map((task) => onlySession(evidence, task));
  const lost = kill.tasks.every((task) => lostTurns(readMemory(evidence.folder.memory, task)) === 1);
  return {
    ok: kill.before !== kill.after && lost && !sessions.includes(null),
    text: `worker ${kill.before} killed; ${kill.after} went on with the sessions of ${kill.tasks.join(', ')}`,
  };
}

/** Turns that began and did not live to see their end. */
function lostTurns(memory: readonly Entry[]): number {
  return begins(memory).length - memory.filter(({ is }) => is === 'end').length;
}

function oneAtATime({ report, folder }: Evidence): Verdict {
  const all = report.status.tasks.flatMap(({ id }) => begins(readMemory(folder.memory, id)));
  const doubled = all.filter(({ stillAlive }) => stillAlive.length > 0).length;
  return {
    ok: all.length > 0 && doubled === 0,
    text: `${countOf(all.length, 'agent process', 'agent processes')} in all, and ${doubled === 0 ? 'never' : countOf(doubled, 'time')} two for one task at once`,
  };
}

async function mergedInOrder({ report, folder }: Evidence): Promise<Verdict> {
  const { tasks } = report.status;
  const log = [
    'log',
    '--first-parent',
    '--merges',
    '--reverse',
    '--format=%(trailers:key=Longhaul-Task,valueonly)',
  ];
  const text = await git(folder.repository, ...log, branchOf(report));
  const merged = text.split('\n').filter((line) => line !== '');
  const wanted = tasks.map(({ id }) => id).filter((id) => id !== 'check');
  const inOrder = merged.every((task, at) =>
    (report.needs[task] ?? []).every((need) => need === 'check' || merged.slice(0, at).includes(need)),
  );
  return {
    ok: inOrder && merged.length === wanted.length && wanted.every((task) => merged.includes(task)),
    text: `${countOf(merged.length, 'branch', 'branches')} merged in the order of their needs, one commit each`,
  };
}

/** In a clone of its own, as somebody who gets the branch would. */
async function testsPass({ report, folder }: Evidence): Promise<Verdict> {
  const clone = path.join(folder.root, 'result');
  await git(folder.root, 'clone', '--quiet', '--branch', branchOf(report), folder.repository, clone);
  const run = (...args: readonly string[]) => promisify(execFile)('npm', args, { cwd: clone });
  await run('run', 'generate');
  const { stdout } = await run('test');
  const passed = Number(/^\S+ pass (\d+)$/m.exec(stdout)?.[1] ?? 0);
  return {
    ok: passed > 0,
    text: `npm test in a fresh clone of ${branchOf(report)}: ${countOf(passed, 'test')} passed`,
  };
}

async function baseUntouched({ folder, base }: Evidence): Promise<Verdict> {
  const now = await git(folder.repository, 'rev-parse', 'HEAD');
  const changes = await git(folder.repository, 'status', '--porcelain');
  return { ok: now === base && changes === '', text: 'your branch main and your checkout: untouched' };
}

export function branchOf({ status }: ReportData): string {
  return `longhaul/${status.id}/main`;
}

/** Null where a task had more than one session, or none. */
function onlySession({ folder }: Evidence, task: string): string | null {
  const sessions = new Set(begins(readMemory(folder.memory, task)).map(({ session }) => session));
  return sessions.size === 1 ? ([...sessions][0] ?? null) : null;
}
