/**
 * One turn: a prompt given to an agent's session, and what the agent did until it stopped. It returns an outcome and
 * throws only where infrastructure broke, so that Temporal tries again.
 */
import { asyncLocalStorage } from '@temporalio/activity';
import type { Activities, TurnFacts } from '../core/ports.js';
import { ProblemError, type Problem } from '../core/problem.js';
import type { Verdict } from '../agents/adapter.js';
import { maskFacts, maskingLink } from './masked-facts.js';
import { createBriefReader } from './brief-file.js';
import { readMask } from './copied-values.js';
import type { ActivityDeps } from './deps.js';
import { takeJournal, type Journal } from './journal.js';
import { endTree, identifyProcess } from './process-tree.js';
import { trimOutput } from './output-trim.js';
import { recoverFacts } from './turn-recovery.js';
import { consumeReview } from './review-file.js';
import { runAgent, type AgentRun } from './agent-run.js';
import type { TurnTiming } from './turn-watch.js';
import { concludeRun, failedBefore, interruptedBefore } from './turn-facts.js';
import { startAnew } from './session-record.js';
import { openTurn, readFinished, writeFinished, type Turn } from './turn-files.js';

const ORDINARY_TIMING: TurnTiming = {
  tickMs: 1_000,
  firstWordMs: 2_000,
  exitGraceMs: 10_000,
  killGraceMs: 5_000,
};
/** Start, resume or start anew: a third change of mind is the agent's error. */
const MOST_STARTS = 3;

export function createTurnActivity(
  deps: ActivityDeps,
  timing: TurnTiming = ORDINARY_TIMING,
): Pick<Activities, 'runTurn'> {
  const readBrief = createBriefReader(deps.home);
  return {
    runTurn: async (input) => {
      const brief = await readBrief(input.campaign, input.order.briefDigest);
      const mask = await readMask(deps.home, brief, input.order.task);
      const campaigns = maskingLink(deps.campaigns, mask);
      const givenOutAtMs = asyncLocalStorage.getStore()?.info.currentAttemptScheduledTimestampMs ?? null;
      return runTurn(openTurn({ deps: { ...deps, campaigns }, input, brief, timing, givenOutAtMs }));
    },
  };
}

/** The life of a turn, in call order. */
async function runTurn(turn: Turn): Promise<TurnFacts> {
  const known = readFinished(turn) ?? (await concludeLost(turn));
  if (known !== null) return known;
  const { admitted, why } = await turn.deps.campaigns.admission(
    turn.brief.campaign,
    turn.order.task,
    turn.order.gen,
  );
  if (!admitted) return interruptedBefore(turn, `The campaign does not want this turn now: ${why}`);
  if (turn.unready !== null) return failedBefore(turn, turn.unready);
  const journal = await takeTurn(turn);
  if (journal === null) return interruptedBefore(turn, 'A newer turn of this task has the worktree.');
  try {
    if (isOnNewVersion(turn)) consumeReview(turn.worktree, turn.files.review);
    const { run, verdict } = await converse(turn, journal);
    return await keepFacts(turn, concludeRun(turn, run, verdict), journal.isMine());
  } catch (error) {
    await endTree(journal.tree());
    // Its prompt can't be made, and never will: a person has to mend the template.
    if (error instanceof ProblemError) return failedBefore(turn, sentenceOf(error.problem));
    throw error;
  } finally {
    journal.remove();
  }
}

function sentenceOf({ message, hint, where }: Problem): string {
  const place = where === undefined ? '' : ` (${where.file}:${where.line ?? 1}:${where.column ?? 1})`;
  return `${message}${place}; ${hint ?? 'see docs/errors.md'}.`;
}

/** What an interrupted turn said of an older version must not pass for this one's verdict. */
function isOnNewVersion({ task, order, again }: Turn): boolean {
  return task.reviews !== null && order.sync && !again;
}

/** @returns the facts as they are told and kept: without what the task's copied files hold, as the turn has left them. */
async function keepFacts(turn: Turn, facts: TurnFacts, isMine: boolean): Promise<TurnFacts> {
  const masked = maskFacts(facts, await readMask(turn.deps.home, turn.brief, turn.task.id));
  if (!isMine) return masked;
  await writeFinished(turn, masked);
  trimOutput(turn.files.events);
  trimOutput(turn.files.stderr);
  return masked;
}

/**
 * What an earlier try came to, whose worker died before it could say so. Before the campaign is asked: what is over needs no
 * admission, and would else be asked for again later.
 */
async function concludeLost(turn: Turn): Promise<TurnFacts | null> {
  if (!turn.again || turn.before.start === null) return null;
  const journal = await takeTurn(turn);
  if (journal === null) return null;
  try {
    const facts = await recoverFacts(turn);
    if (facts === null || !journal.isMine()) return null;
    return await keepFacts(turn, facts, true);
  } finally {
    journal.remove();
  }
}

async function takeTurn(turn: Turn): Promise<Journal | null> {
  const worker = identifyProcess(process.pid);
  if (worker === null)
    throw new Error(`The worker's own process ${process.pid} is not in the process table.`);
  const info = asyncLocalStorage.getStore()?.info;
  return takeJournal(turn.deps.home, {
    campaign: turn.brief.campaign,
    task: turn.order.task,
    gen: turn.order.gen,
    taskToken: info?.base64TaskToken ?? null,
    session: turn.session.session,
    startedAtMs: turn.startedAtMs,
    worker,
    host: turn.deps.host,
    pidSpace: turn.deps.pidSpace,
  });
}

/** The vendor knows best whether a session exists: where it was started and it does not, or the other way round, we follow. */
async function converse(turn: Turn, journal: Journal): Promise<{ run: AgentRun; verdict: Verdict }> {
  let resume = turn.wasStarted;
  for (let start = 1; ; start += 1) {
    const run = await runAgent(turn, journal, resume);
    const verdict = turn.adapter.judge(run.heard, run.exit);
    if (verdict.is === 'outcome' || run.reason !== 'exited' || start === MOST_STARTS) return { run, verdict };
    resume = verdict.is === 'resume';
    if (!resume) turn.session = startAnew(turn.session);
  }
}
