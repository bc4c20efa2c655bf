/** From how an agent's run ended to the facts that its campaign is told. */
import { writeFileSync } from 'node:fs';
import { troubled, type Trouble, type Verdict } from '../agents/adapter.js';
import type { LockRequest } from '../core/lock.js';
import { findPrice, priceUsage } from '../core/price.js';
import type { Review, TurnFacts } from '../core/ports.js';
import type { BlockerReport, Failure, FailureClass } from '../core/turn.js';
import type { AgentRun } from './agent-run.js';
import { MOST_PRINTED } from './output-tail.js';
import { findEndingLock } from './locking.js';
import { findBlockerFile } from './blocker-file.js';
import { findOutput } from './output-file.js';
import { readReviewFile } from './review-file.js';
import { turnUsage } from './session-record.js';
import { shortHash, type Turn } from './turn-files.js';
import type { EndReason } from './turn-watch.js';

const LONGEST = 2_000;
/** To be given out and taken takes a moment: no want of a worker. */
const ORDINARY_WAIT_MS = 2_000;

type Reached = Extract<Verdict, { is: 'outcome' }>;

export function concludeRun(turn: Turn, run: AgentRun, verdict: Verdict): TurnFacts {
  const facts = conclude(turn, run, verdict);
  return run.undelivered.length === 0 ? facts : withUndelivered(facts, run.undelivered);
}

function conclude(turn: Turn, run: AgentRun, verdict: Verdict): TurnFacts {
  if (run.reason === 'replaced') return factsOf(turn, cutShort(turn, 'replaced'));
  const file = findBlockerFile(turn.worktree, { artifact: turn.files.blocker, agentRuns: false });
  const blocker = run.heard.blocker ?? (file?.report.wait === true ? file.report : null);
  if (blocker !== null) return blockedFacts(turn, blocker);
  const lock = run.heard.lock ?? findEndingLock(turn);
  if (lock !== null) return waitingFacts(turn, lock);
  // Work that was finished while the interruption was under way is finished.
  const ended = run.endedByItself || (verdict.is === 'outcome' && verdict.outcome === 'done');
  keepCompletion(turn, run);
  const facts = handOn(turn, run, factsOf(turn, ended ? reached(verdict) : cutShort(turn, run.reason)));
  return { ...facts, review: reviewOf(turn, run) };
}

function keepCompletion({ files }: Turn, { heard: { completion } }: AgentRun): void {
  if (completion !== null) writeFileSync(files.completion, `${JSON.stringify(completion)}\n`);
}

function reviewOf(turn: Turn, { heard }: AgentRun): Review | null {
  return turn.task.reviews === null ? null : (heard.review ?? readReviewFile(turn.worktree));
}

/** What a turn that is done hands on is kept; where it can't be read, the next turn is to mend it. */
function handOn(turn: Turn, { heard }: AgentRun, facts: TurnFacts): TurnFacts {
  if (!facts.ok) return facts;
  const { text, fault } = findOutput(turn.worktree, heard, turn.task.output);
  if (text !== null) writeFileSync(turn.files.output, text);
  if (fault === null) return facts;
  return { ...facts, ok: false, outcome: 'failed', failure: failureOf(rejectedOutput(fault)) };
}

function rejectedOutput(message: string): Trouble {
  return { class: 'rejected', message, resetAtMs: null, retryAfterMs: null };
}

export function interruptedBefore(turn: Turn, why: string): TurnFacts {
  return { ...factsOf(turn, reached(troubled('transient', why))), begun: false };
}

export function failedBefore(turn: Turn, why: string): TurnFacts {
  return { ...factsOf(turn, reached(troubled('spec', why))), begun: false };
}

function reached(verdict: Verdict): Reached {
  if (verdict.is === 'outcome') return verdict;
  const message = 'The agent says in turn that its session exists already and that it does not exist.';
  return reached(troubled('agent-error', message));
}

function cutShort(turn: Turn, reason: EndReason): Reached {
  return reached(troubled(...whyCut(turn, reason)));
}

function whyCut({ task }: Turn, reason: EndReason): readonly [FailureClass, string] {
  switch (reason) {
    case 'timed-out':
      return [
        'timed-out',
        `The turn took longer than its timeout of ${minutes(task.timeoutMs)} and was interrupted.`,
      ];
    case 'stalled': {
      const stall = minutes(task.stallMs ?? 0);
      return [
        'stalled',
        `The agent printed nothing and changed no file for ${stall} (\`stall\`) and was interrupted.`,
      ];
    }
    case 'cancelled':
      return ['transient', 'The turn was interrupted: it was cancelled, or its worker is shutting down.'];
    case 'replaced':
      return ['transient', 'Another try of this turn took over the worktree.'];
    case 'unwanted':
      return [
        'transient',
        'The campaign does not want this turn any more: it was given up while the machine slept, or the campaign is over.',
      ];
    case 'cut-off':
      return ['transient', 'The campaign could not be reached for so long that the turn was given up.'];
    case 'flooded':
      return [
        'agent-error',
        `The agent printed more than ${MOST_PRINTED / 1024 ** 3} GB and was ended. Let it write what is that long into a file.`,
      ];
    case 'exited':
    case 'told':
      return ['agent-error', 'The agent said that it was at its end and did not say how.'];
  }
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Number((ms / 60_000).toFixed(1))} min`;
}

function factsOf(turn: Turn, { outcome, summary, trouble }: Reached): TurnFacts {
  return {
    ok: outcome === 'done',
    begun: true,
    outcome,
    failure: trouble === null ? null : failureOf(trouble),
    session: turn.session.told ?? turn.session.session,
    summary: summary.slice(0, LONGEST),
    blocker: null,
    review: null,
    usage: priceUsage(turnUsage(turn.session), findPrice(turn.agent.model, turn.brief.prices)),
    startedAtMs: turn.startedAtMs,
    endedAtMs: turn.endedAtMs ?? Date.now(),
    ...waitForWorker(turn),
  };
}

function waitForWorker({ givenOutAtMs, startedAtMs }: Turn): Pick<TurnFacts, 'workerMs'> {
  const workerMs = startedAtMs - (givenOutAtMs ?? startedAtMs);
  return workerMs < ORDINARY_WAIT_MS ? {} : { workerMs };
}

/** A blocker is no failure. */
function blockedFacts(turn: Turn, blocker: BlockerReport): TurnFacts {
  const reached: Reached = { is: 'outcome', outcome: 'blocked', summary: blocker.description, trouble: null };
  return { ...factsOf(turn, reached), blocker };
}

/** Neither is a wait for a lock. */
function waitingFacts(turn: Turn, lock: LockRequest): TurnFacts {
  const summary = `Waits for the lock ${lock.id} on ${lock.paths.join(', ')}.`;
  const reached: Reached = { is: 'outcome', outcome: 'blocked', summary, trouble: null };
  return { ...factsOf(turn, reached), lock };
}

function failureOf(trouble: Trouble): Failure {
  return {
    class: trouble.class,
    message: trouble.message.slice(0, LONGEST),
    signature: `${trouble.class}:${shortHash(normalise(trouble.message))}`,
    resetAtMs: trouble.resetAtMs,
    retryAfterMs: trouble.retryAfterMs,
    evidence: null,
  };
}

/** Numbers (times, pids, ports, request ids) differ between failures that are the same. */
function normalise(message: string): string {
  return message
    .toLowerCase()
    .replace(/\b[0-9a-f]*\d[0-9a-f-]*\b/g, '#')
    .replace(/\s+/g, ' ');
}

function withUndelivered(facts: TurnFacts, undelivered: readonly string[]): TurnFacts {
  const texts = undelivered.join(' | ');
  return {
    ...facts,
    summary: `${facts.summary}\n(could not be delivered to the campaign: ${texts})`.slice(0, LONGEST),
  };
}
