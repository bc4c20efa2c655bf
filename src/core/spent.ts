/** What a task's turns have used: a part of its state, and never forgotten. */
import type { Cap, Spent } from './amount.js';
import type { Plan, PlanTask } from './plan.js';
import type { TurnFacts } from './ports.js';
import { accountOf, type TaskState } from './task.js';

/** Of a task that an older Longhaul counted, as far as that is known. */
export function spentOf(plan: Plan, task: PlanTask, state: TaskState): readonly Spent[] {
  if (state.spent !== undefined) return state.spent;
  if (state.turnsTotal === 0) return [];
  const agent = state.agent ?? task.agents[0] ?? '';
  const row: Spent = {
    ...newRow(plan, task, agent),
    micros: microsOf(state.costUsd),
    tokens: state.inputTokens + state.outputTokens,
    turns: state.turnsTotal,
    unknown: state.costUnknown ? 1 : 0,
  };
  return [row];
}

interface Where {
  readonly plan: Plan;
  readonly task: PlanTask;
  readonly agent: string;
  /** What the turn had reserved. */
  readonly reserved: Cap;
}

export function spendTurn(state: TaskState, turn: TurnFacts, at: Where): readonly Spent[] {
  const { usage } = turn;
  const known = usage.costUsd !== null;
  const ended = turn.outcome === 'done' || turn.outcome === 'blocked';
  return change(state, at, (row) => ({
    ...row,
    micros: row.micros + microsOf(usage.costUsd ?? 0),
    tokens: row.tokens + usage.inputTokens + usage.outputTokens,
    turns: row.turns + 1,
    ms: row.ms + Math.max(0, Math.round(turn.endedAtMs - turn.startedAtMs)),
    unknown: row.unknown + (known ? 0 : 1),
    // One that came to its own end and told no cost has none to tell.
    unaccountedMicros: known || ended ? 0 : row.unaccountedMicros + (at.reserved.micros ?? 0),
  }));
}

/** Nobody will ever say what it used. */
export function loseTurn(state: TaskState, at: Where): Pick<TaskState, 'spent'> {
  const { micros = 0 } = at.reserved;
  if (micros === 0) return {};
  const add = (row: Spent) => ({ ...row, unaccountedMicros: row.unaccountedMicros + micros });
  return { spent: change(state, at, add) };
}

function change(
  state: TaskState,
  { plan, task, agent }: Where,
  add: (row: Spent) => Spent,
): readonly Spent[] {
  const rows = spentOf(plan, task, state);
  const fresh = newRow(plan, task, agent);
  const isSame = (row: Spent) =>
    row.agent === agent && row.account === fresh.account && row.phase === fresh.phase;
  const before = rows.find(isSame);
  return before === undefined ? [...rows, add(fresh)] : rows.map((row) => (row === before ? add(row) : row));
}

function newRow(plan: Plan, { phase }: PlanTask, agent: string): Spent {
  const none = { micros: 0, tokens: 0, turns: 0, ms: 0, unknown: 0, unaccountedMicros: 0 };
  return { agent, account: accountOf(plan, agent), phase, ...none };
}

function microsOf(usd: number): number {
  return Math.round(usd * 1e6);
}
