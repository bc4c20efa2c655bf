/** What an executor found out becomes state. The facts are the world's; what they mean is decided here. */
import { praiseAccount } from './account.js';
import { dropTurn } from './amend-task.js';
import { knownDetails } from './awaited-task.js';
import { isOfAccount, settleFailure, type TaskAt } from './failure.js';
import { addTo } from './log.js';
import { locksAfterTurn, parkTurn } from './lock-turn.js';
import { pausesOf } from './part.js';
import type { Plan } from './plan.js';
import { planTask } from './plan-index.js';
import type { TaskReport, TurnFacts } from './ports.js';
import { raiseBlocker } from './raise-blocker.js';
import { judge } from './review.js';
import {
  accountState,
  taskState,
  withAccount,
  withTask,
  type CampaignState,
  type SpanState,
} from './state.js';
import { accountOf, agentFor, continueTurn, isWorking, type TaskState } from './task.js';
import { spendTurn } from './spent.js';
import { isCutShort, type BlockerReport, type Failure } from './turn.js';

/**
 * A report counts once: for the gen that is out. One with a higher gen comes after a reset of the campaign in the
 * Temporal UI, which took the state back: the executor is ahead, and its facts are as good as ever.
 */
function isNews(task: TaskState, report: TaskReport): boolean {
  if (task.life.is === 'ended') return false;
  return report.gen > task.gen || (report.gen === task.gen && isWorking(task.life));
}

export function applyReport(plan: Plan, state: CampaignState, report: TaskReport): CampaignState {
  const before = taskState(state, report.task);
  return isNews(before, report) ? locksAfterTurn(state, applyNews(plan, state, report), report.task) : state;
}

function applyNews(plan: Plan, state: CampaignState, report: TaskReport): CampaignState {
  const { stale } = taskState(state, report.task);
  const counted = countTurn(plan, state, report);
  // Also a turn that verification rejects: the account bore it.
  const bore = report.turn?.outcome === 'done' || report.turn?.outcome === 'blocked';
  const at: TaskAt = { plan, state: bore ? praise(plan, counted, report.task) : counted, id: report.task };
  const failed = firstFailure(report);
  if (stale) return dropStale(at, report, failed);
  return settle(at, report, failed);
}

function settle(at: TaskAt, report: TaskReport, failed: Failure | null): CampaignState {
  if (isPartial(at.plan, report)) return acceptPartial(at, report);
  if (failed !== null && report.turn?.outcome !== 'interrupted') return settleFailure(at, failed);
  if (report.turn !== null) return settleTurn(at, report, report.turn);
  return report.verify === null ? settleFailure(at, nothingReported) : verified(at, report.verify.commit);
}

/** The plan was changed meanwhile: what it came to is not taken. What it says of its account is as true as ever. */
function dropStale(at: TaskAt, report: TaskReport, failed: Failure | null): CampaignState {
  const task = taskState(at.state, at.id);
  const settled = failed !== null && isOfAccount(failed) ? settleFailure(at, failed) : at.state;
  const executor = report.verify?.ok === true ? 'none' : task.executor;
  const { next } = taskState(at.state, at.id);
  return withTask(settled, at.id, {
    ...dropTurn(at.plan, at.id, task),
    executor,
    next: { ...next, sync: true },
  });
}

const nothingReported: Failure = {
  class: 'transient',
  message: 'The executor reported nothing.',
  signature: 'transient:nothing',
  resetAtMs: null,
  retryAfterMs: null,
  evidence: null,
};

/** The first step that is not ok. A blocked or interrupted turn has no failure: that is no step gone wrong. */
function firstFailure(report: TaskReport): Failure | null {
  for (const step of [report.prepare, report.turn, report.checkpoint, report.verify]) {
    if (step !== null && step.failure !== null) return step.failure;
  }
  return null;
}

/** Partial work that passes its checks counts as done, where the task says so. */
function isPartial(plan: Plan, { task, turn, verify }: TaskReport): boolean {
  if (turn === null || verify?.ok !== true || planTask(plan, task).partial !== 'accept') return false;
  return isCutShort(turn);
}

function acceptPartial(at: TaskAt, { turn, verify }: TaskReport): CampaignState {
  const why = `partial: ${turn?.failure?.message ?? 'its last turn did not end well'}`;
  const task = { ...taskState(at.state, at.id), summary: why };
  return verified({ ...at, state: withTask(at.state, at.id, task) }, verify?.commit ?? '');
}

/** Frees the lane and adds up what the turn took, whatever it achieved. */
function countTurn(plan: Plan, state: CampaignState, report: TaskReport): CampaignState {
  const before = taskState(state, report.task);
  // A worktree that could not be prepared has not taken in the campaign's head yet: the next order says it again.
  const next = report.prepare?.ok === true ? { ...before.next, sync: false } : before.next;
  const recheck = before.recheck && report.verify === null;
  const freed: TaskState = { ...before, gen: report.gen, life: { is: 'waiting' }, next, recheck };
  const turned =
    report.turn === null ? freed : { ...addTurn(freed, report.turn), ...spend(plan, before, report) };
  const task = report.verify === null ? turned : { ...turned, differences: report.verify.differences ?? [] };
  const spans = addTo(state.spans, reportSpans(plan, before, report));
  return withTask({ ...state, spans }, report.task, task);
}

function spend(plan: Plan, before: TaskState, { task: id, turn }: TaskReport): Pick<TaskState, 'spent'> {
  if (turn?.begun !== true) return {};
  const task = planTask(plan, id);
  const reserved = isWorking(before.life) ? (before.life.reserved ?? {}) : {};
  return { spent: spendTurn(before, turn, { plan, task, agent: agentFor(task, before), reserved }) };
}

function addTurn(task: TaskState, turn: TurnFacts): TaskState {
  return {
    ...task,
    session: turn.session ?? task.session,
    turnsTotal: task.turnsTotal + (turn.begun ? 1 : 0),
    inputTokens: task.inputTokens + turn.usage.inputTokens,
    outputTokens: task.outputTokens + turn.usage.outputTokens,
    costUsd: task.costUsd + (turn.usage.costUsd ?? 0),
    costUnknown: task.costUnknown || turn.usage.costUsd === null,
    summary: turn.summary === '' ? task.summary : turn.summary,
  };
}

function reportSpans(plan: Plan, task: TaskState, report: TaskReport): readonly SpanState[] {
  const agent = agentFor(planTask(plan, report.task), task);
  const lane = isWorking(task.life) ? task.life.lane : `${agent}#1`;
  const common = { task: report.task, lane, attempt: task.attempt, turn: task.turn };
  const spans: SpanState[] = [];
  const { turn, verify } = report;
  if (turn?.begun === true) {
    spans.push({
      ...common,
      kind: 'turn',
      costUsd: turn.usage.costUsd,
      outcome: turn.lock === undefined ? turn.outcome : 'locked',
      startMs: turn.startedAtMs,
      endMs: turn.endedAtMs,
      ...(turn.workerMs === undefined ? {} : { workerMs: turn.workerMs }),
    });
  }
  if (verify !== null) {
    const outcome = verify.ok ? 'done' : 'rejected';
    spans.push({ ...common, kind: 'verify', outcome, startMs: verify.startedAtMs, endMs: verify.endedAtMs });
  }
  return spans;
}

function settleTurn(at: TaskAt, report: TaskReport, turn: TurnFacts): CampaignState {
  switch (turn.outcome) {
    case 'done':
      return workedOut(at, report);
    case 'blocked':
      if (turn.lock !== undefined) return parkTurn(at, turn.lock);
      return ask(at, turn.blocker);
    case 'interrupted':
      return interrupted(at, turn);
    case 'capped':
    case 'timed-out':
    case 'failed':
      // Each of these has a failure, which was settled before.
      return settleFailure(at, nothingReported);
  }
}

const NOTHING_SAID = {
  severity: 'high',
  description: 'The agent stopped and did not say why.',
  wait: true,
} as const;

/** The session waits for the answer. */
function ask({ plan, state, id }: TaskAt, report: TurnFacts['blocker']): CampaignState {
  const task = taskState(state, id);
  const waiting = withTask(state, id, { ...task, next: continueTurn(task) });
  const { severity, description, permission }: BlockerReport = report ?? NOTHING_SAID;
  const about = { is: 'question', ...(permission === true ? { permission } : {}) } as const;
  const details = knownDetails(plan, state, { task: id, details: report ?? {} });
  return raiseBlocker(waiting, { task: id, severity, description, about, details });
}

/** What has to finish after others waits for them now; where none are left, its work was verified. */
function workedOut(at: TaskAt, report: TaskReport): CampaignState {
  const { checkpoint, verify } = report;
  if (verify !== null && planTask(at.plan, at.id).reviews !== null) return judged(at, report);
  if (verify !== null) return verified(at, verify.commit);
  const task = taskState(at.state, at.id);
  if (task.caughtUp || checkpoint === null) return settleFailure(at, nothingReported);
  return withTask(at.state, at.id, {
    ...task,
    life: { is: 'finishing' },
    lastSignature: '',
    sameInRow: 0,
    transients: 0,
    progress: 100,
  });
}

function judged(at: TaskAt, { turn }: TaskReport): CampaignState {
  const review = turn?.review ?? null;
  return review === null ? settleFailure(at, noVerdict) : judge(at, review);
}

const noVerdict: Failure = {
  class: 'rejected',
  message:
    'It ended without a verdict. Write the file .longhaul/review.json with {"approve": true, "findings": []}, or with false and what has to change.',
  signature: 'rejected:no-verdict',
  resetAtMs: null,
  retryAfterMs: null,
  evidence: null,
};

/**
 * An interrupted turn is not a failed one: it goes on as soon as it may. Where nobody wished it (a worker that went
 * down, an admission refused by a state that has changed since), it rests for a moment, so that nothing spins.
 */
function interrupted(at: TaskAt, turn: TurnFacts): CampaignState {
  const task = taskState(at.state, at.id);
  const { phase } = planTask(at.plan, at.id);
  const agent = agentFor(planTask(at.plan, at.id), task);
  const wished =
    at.state.stopping !== null ||
    at.state.paused !== null ||
    pausesOf(at.plan, at.state, { phase, agent }).length > 0;
  if (wished) return withTask(at.state, at.id, { ...task, next: continueTurn(task) });
  return settleFailure(at, { ...nothingReported, message: turn.summary, signature: 'transient:interrupted' });
}

function praise(plan: Plan, state: CampaignState, id: string): CampaignState {
  const agent = agentFor(planTask(plan, id), taskState(state, id));
  const lanes = plan.agents.reduce((sum, candidate) => sum + candidate.instances, 0);
  return withAccount(state, praiseAccount(accountState(state, accountOf(plan, agent)), lanes));
}

/** The executor ends by itself once a turn is verified; a merge that comes back starts another. */
function verified({ state, id }: TaskAt, commit: string): CampaignState {
  const task = taskState(state, id);
  const good: TaskState = { ...task, executor: 'none', lastSignature: '', sameInRow: 0, transients: 0 };
  // It was at work when a contract was published anew, or its own was not approved, and has not seen that.
  if (task.behind === 'contract' || task.behind === 'findings') {
    const ask = task.behind === 'contract' ? 'adapt' : 'mend';
    const next = { ask, evidence: null, note: null, sync: true } as const;
    return withTask(state, id, { ...good, life: { is: 'waiting' }, next });
  }
  return withTask(state, id, {
    ...good,
    life: { is: 'integrating', commit, notBeforeMs: 0 },
    progress: 100,
  });
}
