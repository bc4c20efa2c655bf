/** What became of merges becomes state. */
import { dropTurn } from './amend-task.js';
import { fail, MOST_TRANSIENTS, type TaskAt } from './failure.js';
import { isBeingMerged } from './integration.js';
import { addTo } from './log.js';
import type { Plan } from './plan.js';
import { hasTask, planTask, roundsOver } from './plan-index.js';
import type { MergeFacts, MergeReport } from './ports.js';
import { raiseBlocker } from './raise-blocker.js';
import { authorMerged } from './review.js';
import { endTask, taskState, withTask, type CampaignState, type SpanState } from './state.js';
import { canReopen, verifyAgain } from './tell.js';

/** Conflicts and failed tests that go back to the owner before a person is asked. */
const MOST_MERGE_TRIES = 2;
const MERGE_REST_MS = 5_000;

/** Tasks of the order that the report does not name were not tried: they are due as they were before. */
export function applyMerges(plan: Plan, state: CampaignState, report: MergeReport): CampaignState {
  const isOut = state.merging?.order === report.order;
  const known = report.merges.filter(({ task }) => hasTask(plan, task));
  const settled = known.reduce((so, facts) => applyMerge(plan, so, { facts, isOut }), state);
  return isOut ? takeBackMerges(plan, settled) : settled;
}

/** Of what was verified before the plan, or a contract that it works with, was changed no more is merged. */
function takeBackMerges(plan: Plan, state: CampaignState): CampaignState {
  const open: CampaignState = { ...dropStaleMerges(plan, state), merging: null };
  if (!canReopen(open)) return open;
  return (state.merging?.tasks ?? []).reduce((so, id) => {
    const { life, behind } = taskState(so, id);
    return life.is === 'integrating' && behind === 'contract'
      ? verifyAgain({ plan, state: so, id }, null)
      : so;
  }, open);
}

function dropStaleMerges(plan: Plan, state: CampaignState): CampaignState {
  return (state.merging?.tasks ?? []).reduce((so, id) => {
    const task = taskState(so, id);
    return task.stale && task.life.is === 'integrating' ? withTask(so, id, dropTurn(plan, id, task)) : so;
  }, state);
}

/** The executor is gone and has not reported: what it merged is on the branch, and found there by the next order. */
export function applyMergesLost(plan: Plan, state: CampaignState): CampaignState {
  const first = state.merging?.tasks[0];
  if (first === undefined) return state;
  // One of them counts it, so that what is lost again and again comes to a person.
  return restMerge(
    { plan, state: takeBackMerges(plan, state), id: first },
    'the integration workflow was ended from outside before it reported',
  );
}

function applyMerge(
  plan: Plan,
  state: CampaignState,
  { facts, isOut }: { facts: MergeFacts; isOut: boolean },
): CampaignState {
  const task = taskState(state, facts.task);
  if (task.life.is !== 'integrating' || facts.gen !== task.gen) return state;
  // An order that is not out was reported before; or the state was reset, and then what was merged is so all the same.
  if (!(isOut && isBeingMerged(state, facts.task)) && facts.outcome !== 'merged') return state;
  const span: SpanState = {
    task: facts.task,
    lane: 'integration',
    kind: 'merge',
    attempt: task.attempt,
    turn: task.turn,
    outcome: facts.outcome,
    startMs: facts.startedAtMs,
    endMs: facts.endedAtMs,
  };
  const at: TaskAt = { plan, state: { ...state, spans: addTo(state.spans, [span]) }, id: facts.task };
  // It was being merged when the plan was changed: its next turn starts from a head with that in it, or without.
  if (task.stale) return withTask(at.state, at.id, dropTurn(plan, at.id, task));
  switch (facts.outcome) {
    case 'merged':
      return merged(at);
    case 'conflict':
    case 'rejected':
      return sendBack(at, facts);
    case 'failed':
      return mergeLater(at, facts);
  }
}

/**
 * What it was to publish is merged with it, if it was not before. Was a contract that it works with published anew in the
 * meantime, it is verified once more, as all are who were done before.
 */
function merged({ plan, state, id }: TaskAt): CampaignState {
  const isBehind = taskState(state, id).behind === 'contract';
  const ended = endTask(state, id, { as: 'done', why: taskState(state, id).summary });
  const { publishes } = planTask(plan, id);
  const done =
    publishes.length === 0 ? ended : withTask(ended, id, { ...taskState(ended, id), published: publishes });
  const settled = authorMerged(
    plan,
    remakeRounds(plan, { ...done, merged: addTo(done.merged, [id]) }, id),
    id,
  );
  return isBehind && canReopen(settled) ? verifyAgain({ plan, state: settled, id }, null) : settled;
}

/** It was done before, and may hand on another list now: rounds that were made of it are made anew. */
function remakeRounds(plan: Plan, state: CampaignState, id: string): CampaignState {
  if (!canReopen(state)) return state;
  return roundsOver(plan, id).reduce((so, round) => {
    const { life, ...task } = taskState(so, round);
    return life.is === 'ended' && life.as === 'done'
      ? withTask(so, round, { ...task, life: { is: 'waiting' } })
      : so;
  }, state);
}

/** A conflict, or tests that fail on the merged tree, is a turn of the owner, on the new base; after that a blocker. */
function sendBack(at: TaskAt, facts: MergeFacts): CampaignState {
  const task = taskState(at.state, at.id);
  const message =
    facts.failure?.message ?? `Merging ${at.id} found conflicts in ${facts.conflicts.join(', ')}.`;
  const evidence = facts.failure?.evidence ?? null;
  const ask = facts.outcome === 'conflict' ? 'conflict' : 'rejected';
  const sent = withTask(at.state, at.id, {
    ...task,
    life: { is: 'waiting' },
    mergeTries: task.mergeTries + 1,
    summary: message,
    next: { ask, evidence, note: message, sync: true },
  });
  if (task.mergeTries < MOST_MERGE_TRIES) return sent;
  return raiseBlocker(sent, { task: at.id, severity: 'high', description: message, about: { is: 'merge' } });
}

function mergeLater(at: TaskAt, facts: MergeFacts): CampaignState {
  const task = taskState(at.state, at.id);
  if (task.life.is !== 'integrating') return at.state;
  const why = facts.failure?.message ?? 'nobody said why';
  if (facts.failure?.class === 'spec') return fail(at, why);
  return facts.failure?.class === 'lasting'
    ? askAboutMerge(at, `It could not be merged: ${why}`)
    : restMerge(at, why);
}

function restMerge(at: TaskAt, why: string): CampaignState {
  const task = taskState(at.state, at.id);
  if (task.life.is !== 'integrating') return at.state;
  if (task.transients + 1 >= MOST_TRANSIENTS)
    return askAboutMerge(at, `${MOST_TRANSIENTS} times in a row it could not be merged: ${why}`);
  const notBeforeMs = at.state.nowMs + MERGE_REST_MS * 2 ** Math.min(task.transients, 6);
  return withTask(at.state, at.id, {
    ...task,
    transients: task.transients + 1,
    summary: why,
    life: { ...task.life, notBeforeMs },
  });
}

function askAboutMerge({ state, id }: TaskAt, why: string): CampaignState {
  const { life } = taskState(state, id);
  if (life.is !== 'integrating') return state;
  return raiseBlocker(state, {
    task: id,
    severity: 'high',
    description: `${why}. Mend that, then answer: the merge is tried again.`,
    about: { is: 'integration', commit: life.commit },
  });
}
