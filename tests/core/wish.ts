import { partNames } from '../../src/core/part.js';
import type { Plan } from '../../src/core/plan.js';
import type { Event } from '../../src/core/state.js';

/** A person changes how much may run: a part of the campaign, or the number of turns. */
export function wishOf(plan: Plan, random: () => number, said: { atMs: number; key: string }): Event {
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  if (random() < 0.3) return { event: 'parallelSet', ...said, turns: one([1, 2, 5]) };
  const part = one(['phase', 'agent', 'account'] as const);
  return { event: 'paused', ...said, part: { part, name: one(partNames(plan, part)) }, why: 'not now' };
}
