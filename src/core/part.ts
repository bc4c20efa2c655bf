/**
 * What a person may pause besides the whole campaign: a part of it. No turn of what is paused is ordered;
 * the ones that run finish.
 */
import { compareText } from './compare.js';
import type { Plan } from './plan.js';
import { planAgent } from './plan-index.js';

export interface Part {
  readonly part: 'phase' | 'agent' | 'account';
  readonly name: string;
}

export interface PartPause extends Part {
  readonly sinceMs: number;
  readonly why: string;
}

/** Where a turn would be: its task's phase, and the agent that carries it out. */
export interface Whereabouts {
  readonly phase: string;
  readonly agent: string;
}

const PARTS: readonly Part['part'][] = ['phase', 'agent', 'account'];

interface Pausing {
  readonly pauses: readonly PartPause[];
}

/** What keeps a turn from beginning there. */
export function pausesOf(plan: Plan, { pauses }: Pausing, at: Whereabouts): readonly PartPause[] {
  if (pauses.length === 0) return [];
  const { account } = planAgent(plan, at.agent);
  const names = { phase: at.phase, agent: at.agent, account };
  return pauses.filter(({ part, name }) => names[part] === name);
}

/** What of one kind there is, in the plan's order. */
export function partNames(plan: Plan, part: Part['part']): readonly string[] {
  if (part === 'phase') return plan.phases.map(({ name }) => name);
  return [...new Set(plan.agents.map((agent) => (part === 'agent' ? agent.name : agent.account)))];
}

export function findPause({ pauses }: Pausing, wanted: Part): PartPause | undefined {
  return pauses.find((pause) => isSame(pause, wanted));
}

/** The pauses with one more. Of what is not in the plan, or is paused already, nothing is added. */
export function addPause(plan: Plan, { pauses }: Pausing, added: PartPause): readonly PartPause[] {
  const isKnown = partNames(plan, added.part).includes(added.name);
  if (!isKnown || findPause({ pauses }, added) !== undefined) return pauses;
  return [...pauses, added].sort(compareParts);
}

export function dropPause({ pauses }: Pausing, part: Part): readonly PartPause[] {
  return pauses.filter((pause) => !isSame(pause, part));
}

function isSame(one: Part, other: Part): boolean {
  return one.part === other.part && one.name === other.name;
}

function compareParts(one: Part, other: Part): number {
  return PARTS.indexOf(one.part) - PARTS.indexOf(other.part) || compareText(one.name, other.name);
}
