import { handOut } from '../../src/core/hand-out.js';
import { partNames } from '../../src/core/part.js';
import type { Plan } from '../../src/core/plan.js';
import type { CampaignState, Event } from '../../src/core/state.js';

/** A person changes how much may run: a part of the campaign, or the number of turns. */
export function wishOf(plan: Plan, random: () => number, said: { atMs: number; key: string }): Event {
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  if (random() < 0.3) return { event: 'parallelSet', ...said, turns: one([1, 2, 5]) };
  const part = one(['phase', 'agent', 'account'] as const);
  return { event: 'paused', ...said, part: { part, name: one(partNames(plan, part)) }, why: 'not now' };
}

/** Where nothing goes on within a budget, a person raises it. */
export function raiseOf(plan: Plan, state: CampaignState, said: { atMs: number; key: string }): Event | null {
  const [first] = handOut(plan, state).reached;
  if (first === undefined) return null;
  const { budget, measure, spent, needed } = first.shortage;
  const { scope, name } = budget;
  return { event: 'budgetSet', ...said, scope, name, cap: { [measure]: 2 * (spent + needed) } };
}
