/** One start of the agent's program within a turn: prompt, spawn, watch, end with all that it started. */
import { writeFileSync } from 'node:fs';
import { asyncLocalStorage } from '@temporalio/activity';
import type { AgentCommand, AgentExit, Heard } from '../agents/adapter.js';
import { newPrompt, wholePrompt } from '../agents/prompt.js';
import { deliverSaid, hearLine, lookForFiles, newHearing, sayUndelivered, type Hearing } from './hearing.js';
import { emptyInbox } from './inbox.js';
import { forgetEndingLock } from './locking.js';
import type { Journal } from './journal.js';
import { sizeOf, startProgram, type Program } from './process.js';
import { endTree, findTree, MARK_VARIABLE } from './process-tree.js';
import { hearRecord } from './session-file.js';
import { openDesk } from './tool-desk.js';
import { layInputs } from './task-result.js';
import { noteHeard, writeSession, type SessionStart } from './session-record.js';
import type { Turn } from './turn-files.js';
import { makePlaces, requestOf, TOKEN_VARIABLE } from './turn-request.js';
import { watchProgram, type EndReason } from './turn-watch.js';
import { setTimeout as sleep } from 'node:timers/promises';

export interface AgentRun {
  readonly reason: EndReason;
  /** It had come to its end, or said that it had, before it was interrupted. */
  readonly endedByItself: boolean;
  readonly heard: Heard;
  readonly exit: AgentExit;
  /** What the campaign could not be told: blockers without `wait`, and what it published. */
  readonly undelivered: readonly string[];
}

/** What goes on while the program runs. */
interface Live {
  readonly turn: Turn;
  readonly journal: Journal;
  readonly hearing: Hearing;
  progressAtMs: number;
  /** How often the campaign was told. */
  reports: number;
  /** What the campaign was told last. */
  progress: string;
  /** What is being said to the campaign: it may be slow, and nothing waits for it. */
  talk: Promise<void> | null;
  /** The session's record, while it is being written: a look that was under way when the program ended began it. */
  saving: Promise<void>;
}

export async function runAgent(turn: Turn, journal: Journal, resume: boolean): Promise<AgentRun> {
  const live = newLive(turn, journal);
  const deliver = (): Promise<void> => deliverNow(live);
  const { token, close } = turn.deps.tools.open(openDesk({ turn, hearing: live.hearing, deliver }));
  try {
    return await runWithTools(live, { resume, token });
  } finally {
    close();
  }
}

function newLive(turn: Turn, journal: Journal): Live {
  return {
    turn,
    journal,
    hearing: newHearing(),
    progressAtMs: 0,
    reports: 0,
    progress: '',
    talk: null,
    saving: Promise.resolve(),
  };
}

async function runWithTools(
  live: Live,
  { resume, token }: { readonly resume: boolean; readonly token: string },
): Promise<AgentRun> {
  const { turn, journal } = live;
  emptyInbox(turn);
  forgetEndingLock(turn);
  turn.inputs = layInputs(turn.deps.home, turn.brief, turn);
  const command = turn.adapter.command(requestOf(turn, { prompt: writePrompt(turn, resume), resume }));
  turn.session = { ...turn.session, start: beginStart(turn) };
  await writeSession(turn.files.session, turn.session);
  if (!journal.isMine()) return replacedBefore(live);
  makePlaces(command.places);
  const facts = { ...sessionFacts(turn), ...toolFacts(turn, token), [MARK_VARIABLE]: journal.mark };
  const program = startProgram({
    program: command.program,
    args: command.args,
    cwd: turn.worktree,
    env: { ...turn.env, ...command.env, ...facts },
    stdin: command.stdin,
    stdoutFile: turn.files.events,
    stderrFile: turn.files.stderr,
    orderFile: turn.files.outputOrder,
    onLine: (line) => onLine(live, line),
    outliveMs: outliveMs(),
  });
  if (program.identity !== null) journal.addProcesses([program.identity]);
  void talk(live);
  const reason = await watchLive(live, program);
  // Some answer the interruption with an ending of their own, which hides why they were interrupted.
  const endedByItself = reason === 'exited' || live.hearing.heard.ending !== null;
  if (reason !== 'exited') {
    await noteCut(live, { reason, endedByItself });
    // While it lives, its children are still known as such.
    journal.addProcesses(findTree(journal.tree(), 'skip'));
    if (journal.isMine()) interrupt(program, reason, command);
  }
  const exit = await endProgram(live, program);
  await Promise.race([sayLast(live), sleep(LAST_WORD_MS, undefined, { ref: false })]);
  return {
    reason: journal.isMine() ? reason : 'replaced',
    endedByItself,
    heard: live.hearing.heard,
    exit: {
      code: exit.code,
      signal: exit.signal,
      startError: exit.startError === null ? null : { program: command.program, code: exit.startError },
      tail: program.output.tail(),
    },
    undelivered: sayUndelivered(live.hearing),
  };
}

function interrupt(
  program: Program,
  reason: EndReason,
  { interrupt: polite, isAskedAlone }: AgentCommand,
): void {
  if (reason === 'flooded') program.signal('SIGKILL');
  else if (isAskedAlone === true) program.signalAlone(polite);
  else program.signal(polite);
}

/** Gone before Temporal gives the turn to another host, which can't see whom a killed worker left in the worktree. */
function outliveMs(): number {
  return 0.75 * (asyncLocalStorage.getStore()?.info.heartbeatTimeoutMs ?? 60_000);
}

function replacedBefore({ hearing: { heard } }: Live): AgentRun {
  const exit = { code: null, signal: null, startError: null, tail: '' };
  return { reason: 'replaced', endedByItself: false, heard, exit, undelivered: [] };
}

function writePrompt(turn: Turn, resume: boolean): string {
  const { text, templates } = resume && turn.adapter.remembers ? newPrompt(turn) : wholePrompt(turn);
  writeFileSync(turn.files.prompt, text);
  writeFileSync(turn.files.templates, `${JSON.stringify(templates)}\n`);
  return text;
}

function sessionFacts({ session }: Turn): Readonly<Record<string, string>> {
  const told = session.told === null ? {} : { LONGHAUL_AGENT_SESSION: session.told };
  return { LONGHAUL_SESSION: session.session, ...told };
}

function toolFacts({ deps }: Turn, token: string): Readonly<Record<string, string>> {
  return { LONGHAUL_MCP_URL: deps.tools.url, [TOKEN_VARIABLE]: token };
}

function beginStart({ files, startedAtMs }: Turn): SessionStart {
  return {
    atMs: startedAtMs,
    eventsFrom: sizeOf(files.events),
    saidFrom: sizeOf(files.said),
    cut: null,
  };
}

/** Before the agent is told: what it prints from now on may be an answer to the interruption. */
async function noteCut({ turn, journal }: Live, cut: SessionStart['cut']): Promise<void> {
  const { session, files } = turn;
  if (session.start === null || !journal.isMine()) return;
  turn.session = { ...session, start: { ...session.start, cut } };
  await writeSession(files.session, turn.session);
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
    hasTold: () => live.hearing.told,
    ask: () => turn.deps.campaigns.admission(turn.brief.campaign, turn.order.task, turn.order.gen),
    onTick: () => onTick(live, program),
  });
}

async function onTick(live: Live, program: Program): Promise<void> {
  const { turn, journal } = live;
  journal.addProcesses(findTree(journal.tree(), 'skip'));
  lookForFiles(live.hearing, turn, true);
  await keepSession(live);
  asyncLocalStorage.getStore()?.heartbeat({
    gen: turn.order.gen,
    pid: program.identity?.pid ?? null,
    session: turn.session.told ?? turn.session.session,
    lines: program.output.lines,
    percent: live.hearing.heard.percent,
  });
  void talk(live);
}

/** A session that only the agent can name is written down at once: without it the turn would begin anew after a crash. */
function onLine(live: Live, line: string): void {
  const { hearing, turn } = live;
  const before = hearing.heard.session;
  hearLine(hearing, turn.adapter, line);
  // What can't be written now is tried again with the next look.
  if (hearing.heard.session !== before) void keepSession(live).catch(() => undefined);
}

function talk(live: Live): Promise<void> {
  live.talk ??= say(live).finally(() => (live.talk = null));
  return live.talk;
}

/**
 * Each is an event of the campaign's history: a short turn says nothing, then the start and the agent's first word are
 * told at once, then only what is new, and ever more seldom the longer the turn takes: some hundred times in a day.
 */
const PROGRESS_MS = 30_000;
const PROGRESS_SHARE = 0.05;
const LONGEST_NOTE = 200;

function isDue({ turn, reports, progressAtMs }: Live): boolean {
  const tookMs = Date.now() - turn.startedAtMs;
  if (tookMs < turn.timing.firstWordMs) return false;
  const restMs = Math.max(PROGRESS_MS, tookMs * PROGRESS_SHARE);
  return reports < 2 || Date.now() - progressAtMs > restMs;
}

async function say(live: Live): Promise<void> {
  if (isDue(live)) await reportProgress(live);
  await deliverSaid(live.hearing, live.turn);
}

/** What was heard until now is told, or was tried to be. */
async function deliverNow(live: Live): Promise<void> {
  while (live.talk !== null) await live.talk;
  await talk(live);
}

const LAST_WORD_MS = 10_000;

async function sayLast(live: Live): Promise<void> {
  await live.talk;
  await deliverSaid(live.hearing, live.turn);
}

async function reportProgress(live: Live): Promise<void> {
  const { turn } = live;
  const { heard } = live.hearing;
  const session = turn.session.told ?? turn.session.session;
  const said = heard.note?.slice(0, LONGEST_NOTE) ?? null;
  const shown = JSON.stringify([session, heard.percent, said]);
  if (shown === live.progress) return;
  live.progress = shown;
  live.progressAtMs = Date.now();
  live.reports += 1;
  const { task, gen } = turn.order;
  const note = { task, gen, step: 'turning', session, percent: heard.percent, note: said } as const;
  // Shown to people, decides nothing.
  await turn.deps.campaigns.progress(turn.brief.campaign, note).catch(() => undefined);
}

/** What was used so far is not lost with the worker. Nothing is being written any more when it is done. */
async function keepSession(live: Live): Promise<void> {
  const { turn, journal, hearing } = live;
  const next = noteHeard(turn.session, hearing.heard);
  if (JSON.stringify(next) !== JSON.stringify(turn.session) && journal.isMine()) {
    turn.session = next;
    live.saving = writeSession(turn.files.session, next).catch((error: unknown) => {
      // Told once: a disk that was full for a moment must not fail the looks that come after.
      live.saving = Promise.resolve();
      throw error;
    });
  }
  await live.saving;
}

/** It has some seconds to end by itself; then nothing of its tree may live on. */
async function endProgram(live: Live, program: Program) {
  const { turn, journal } = live;
  // Where another try has the worktree, it waits for this one's end.
  const graceMs = journal.isMine() ? turn.timing.killGraceMs : 0;
  await Promise.race([program.exited, sleep(graceMs, undefined, { ref: false })]);
  await endTree(journal.tree());
  const exit = await program.exited;
  await program.drain();
  lookForFiles(live.hearing, turn, false);
  live.hearing.heard = hearRecord(turn, live.hearing.heard);
  await keepSession(live);
  return exit;
}
