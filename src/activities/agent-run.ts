/** One start of the agent's program within a turn: prompt, spawn, watch, end with all that it started. */
import { writeFileSync } from 'node:fs';
import { asyncLocalStorage } from '@temporalio/activity';
import {
  hear,
  isTerminal,
  NOTHING_HEARD,
  type AgentEvent,
  type AgentExit,
  type Heard,
} from '../agents/adapter.js';
import { newPrompt, wholePrompt } from '../agents/prompt.js';
import type { BlockerReport } from '../core/turn.js';
import { findBlockerFile } from './blocker-file.js';
import type { Journal } from './journal.js';
import { startProgram, type Program } from './process.js';
import { endTree, findTree, MARK_VARIABLE } from './process-tree.js';
import { noteHeard, writeSession } from './session-record.js';
import { shortHash, type Turn } from './turn-files.js';
import { watchProgram, type EndReason } from './turn-watch.js';
import { setTimeout as sleep } from 'node:timers/promises';

export interface AgentRun {
  readonly reason: EndReason;
  /** It had come to its end, or said that it had, before it was interrupted. */
  readonly endedByItself: boolean;
  readonly heard: Heard;
  readonly exit: AgentExit;
  /** Blockers without `wait` that the campaign could not be told. */
  readonly undelivered: readonly BlockerReport[];
}

/** What goes on while the program runs. */
interface Live {
  readonly turn: Turn;
  readonly journal: Journal;
  heard: Heard;
  /** Said all that it has to say. */
  told: boolean;
  readonly undelivered: BlockerReport[];
  progressAtMs: number;
  /** What the campaign was told last. */
  progress: string;
  /** What is being said to the campaign: it may be slow, and nothing waits for it. */
  talk: Promise<void> | null;
}

export async function runAgent(turn: Turn, journal: Journal, resume: boolean): Promise<AgentRun> {
  const live: Live = {
    turn,
    journal,
    heard: NOTHING_HEARD,
    told: false,
    undelivered: [],
    progressAtMs: 0,
    progress: '',
    talk: null,
  };
  const command = turn.adapter.command({
    agent: turn.agent,
    prompt: writePrompt(turn, resume),
    session: resume ? (turn.session.told ?? turn.session.session) : turn.session.session,
    resume,
    root: process.getuid?.() === 0,
  });
  await writeSession(turn.files.session, turn.session);
  if (!journal.isMine()) return replacedBefore(live);
  const program = startProgram({
    program: command.program,
    args: command.args,
    cwd: turn.worktree,
    env: { ...turn.env, ...command.env, ...sessionFacts(turn), [MARK_VARIABLE]: journal.mark },
    stdin: command.stdin,
    stdoutFile: turn.files.events,
    stderrFile: turn.files.stderr,
    onLine: (line) => onLine(live, line),
  });
  if (program.identity !== null) journal.addProcesses([program.identity]);
  talk(live);
  const reason = await watchLive(live, program);
  // Some answer the interruption with an ending of their own, which hides why they were interrupted.
  const endedByItself = reason === 'exited' || live.heard.ending !== null;
  if (reason !== 'exited') {
    // While it lives, its children are still known as such.
    journal.addProcesses(findTree(journal.tree(), 'skip'));
    if (journal.isMine()) program.signal(command.interrupt);
  }
  const exit = await endProgram(live, program);
  await Promise.race([sayLast(live), sleep(LAST_WORD_MS, undefined, { ref: false })]);
  return {
    reason: journal.isMine() ? reason : 'replaced',
    endedByItself,
    heard: live.heard,
    exit: {
      code: exit.code,
      signal: exit.signal,
      startError: exit.startError === null ? null : { program: command.program, code: exit.startError },
      tail: program.output.tail(),
    },
    undelivered: [...live.undelivered],
  };
}

function replacedBefore({ heard }: Live): AgentRun {
  const exit = { code: null, signal: null, startError: null, tail: '' };
  return { reason: 'replaced', endedByItself: false, heard, exit, undelivered: [] };
}

function writePrompt(turn: Turn, resume: boolean): string {
  const text = resume && turn.adapter.remembers ? newPrompt(turn) : wholePrompt(turn);
  writeFileSync(turn.files.prompt, text);
  return text;
}

function sessionFacts({ session }: Turn): Readonly<Record<string, string>> {
  const told = session.told === null ? {} : { LONGHAUL_AGENT_SESSION: session.told };
  return { LONGHAUL_SESSION: session.session, ...told };
}

function onLine(live: Live, line: string): void {
  for (const event of live.turn.adapter.parse(line, live.heard)) onEvent(live, event);
}

function onEvent(live: Live, event: AgentEvent): void {
  live.heard = hear(live.heard, event);
  live.told ||= isTerminal(event);
  if (event.is === 'blocker' && !event.report.wait) live.undelivered.push(event.report);
}

function watchLive(live: Live, program: Program): Promise<EndReason> {
  const { turn, journal } = live;
  const context = asyncLocalStorage.getStore();
  return watchProgram({
    program,
    worktree: turn.worktree,
    timeoutMs: turn.task.timeoutMs,
    stallMs: turn.task.stallMs,
    heartbeatTimeoutMs: context?.info.heartbeatTimeoutMs ?? null,
    cancellation: context?.cancellationSignal ?? new AbortController().signal,
    timing: turn.timing,
    isMine: () => journal.isMine(),
    hasTold: () => live.told,
    isWanted: async () => {
      const { campaign } = turn.brief;
      return (await turn.deps.campaigns.admission(campaign, turn.order.task, turn.order.gen)).admitted;
    },
    onTick: () => onTick(live, program),
  });
}

async function onTick(live: Live, program: Program): Promise<void> {
  const { turn, journal, heard } = live;
  journal.addProcesses(findTree(journal.tree(), 'skip'));
  lookForBlockerFile(live);
  await keepSession(live);
  asyncLocalStorage.getStore()?.heartbeat({
    gen: turn.order.gen,
    pid: program.identity?.pid ?? null,
    session: turn.session.told ?? turn.session.session,
    lines: program.output.lines,
    percent: heard.percent,
  });
  talk(live);
}

function talk(live: Live): void {
  live.talk ??= say(live).finally(() => (live.talk = null));
}

/** Each is an event of the campaign's history, so only what is new is told, and not too often. */
const PROGRESS_MS = 30_000;

async function say(live: Live): Promise<void> {
  if (Date.now() - live.progressAtMs > PROGRESS_MS) await reportProgress(live);
  await deliverBlockers(live);
}

const LAST_WORD_MS = 10_000;

async function sayLast(live: Live): Promise<void> {
  await live.talk;
  await deliverBlockers(live);
}

async function reportProgress(live: Live): Promise<void> {
  const { turn, heard } = live;
  const session = turn.session.told ?? turn.session.session;
  const shown = `${session} ${heard.percent ?? ''}`;
  if (shown === live.progress) return;
  live.progress = shown;
  live.progressAtMs = Date.now();
  const { task, gen } = turn.order;
  const note = { task, gen, step: 'turning', session, percent: heard.percent, note: heard.note } as const;
  // Shown to people, decides nothing.
  await turn.deps.campaigns.progress(turn.brief.campaign, note).catch(() => undefined);
}

/** What was used so far is not lost with the worker. */
async function keepSession({ turn, journal, heard }: Live): Promise<void> {
  const next = noteHeard(turn.session, heard);
  if (JSON.stringify(next) === JSON.stringify(turn.session) || !journal.isMine()) return;
  turn.session = next;
  await writeSession(turn.files.session, next);
}

/** With `wait` it stays where it is until the turn's facts are written; without, it is sent on. */
function lookForBlockerFile(live: Live): void {
  const { turn } = live;
  const file = findBlockerFile(turn.worktree, { artifact: turn.files.blocker, agentRuns: true });
  if (file === null) return;
  if (file.report.wait) {
    live.told = true;
  } else {
    live.undelivered.push(file.report);
    file.consume();
  }
}

/** Tried with every tick until it is delivered; the key makes the second a repetition of the first. */
async function deliverBlockers({ turn, undelivered }: Live): Promise<void> {
  const { task, gen } = turn.order;
  for (const report of [...undelivered]) {
    const key = `${task}/${gen}/${shortHash(report.description)}`;
    try {
      await turn.deps.campaigns.reportBlocker(turn.brief.campaign, { key, task, gen, report });
      undelivered.splice(undelivered.indexOf(report), 1);
    } catch {
      return;
    }
  }
}

/** It has some seconds to end by itself; then nothing of its tree may live on. */
async function endProgram(live: Live, program: Program) {
  const { turn, journal } = live;
  await Promise.race([program.exited, sleep(turn.timing.killGraceMs, undefined, { ref: false })]);
  await endTree(journal.tree());
  const exit = await program.exited;
  await program.drain();
  lookForBlockerFile(live);
  await keepSession(live);
  return exit;
}
