/** The figures that are told alike of the campaign, of each agent and of each role. */
import { ratio } from './formula.js';
import { addCosts, costOfTask, type Cost } from './metrics-cost.js';
import { sumLost, type LostTime } from './lost-time.js';
import { sumMs, type SortedTurns } from './metrics-turn.js';
import type { Span, TaskStatus } from './status.js';

export interface Figures {
  readonly tasks: number;
  readonly done: number;
  readonly failed: number;
  /** Tasks of which some turn was repeated or some attempt given up. */
  readonly retried: number;
  readonly turns: number;
  readonly sequentialMs: number;
  /** 0 to 1. */
  readonly successRate: number;
  /** Tasks done in an hour. */
  readonly throughputPerHour: number;
  /** 0 to 1; 0 where nothing was verified. */
  readonly verificationPassRate: number;
  /** 0 to 1. */
  readonly conflictRate: number;
  readonly lost: readonly LostTime[];
  readonly cost: Cost;
}

export interface Facts {
  readonly turns: SortedTurns;
  readonly spans: readonly Span[];
  readonly lost: ReadonlyMap<string, readonly LostTime[]>;
  readonly makespanMs: number;
}

const HOUR_MS = 3_600_000;

/** Rounds have no work of their own: what was made of them counts. */
export function figuresOf(all: readonly TaskStatus[], facts: Facts): Figures {
  const tasks = all.filter(({ round }) => round === undefined);
  const ids = new Set(tasks.map(({ id }) => id));
  const own = (spans: readonly Span[]) => spans.filter(({ task }) => ids.has(task));
  const states = (...names: readonly TaskStatus['state'][]) =>
    tasks.filter(({ state }) => names.includes(state)).length;
  const done = states('done');
  const failed = states('failed');
  const verified = own(facts.spans).filter(({ kind }) => kind === 'verify');
  const merges = own(facts.spans).filter(({ kind }) => kind === 'merge');
  const retried = new Set(own(facts.turns.all).flatMap(({ task, attempt }) => (attempt > 1 ? [task] : [])));
  for (const { task } of own(facts.turns.repeated)) retried.add(task);
  return {
    tasks: tasks.length,
    done,
    failed,
    retried: retried.size,
    turns: own(facts.turns.all).length,
    sequentialMs: sumMs(own(facts.turns.accepted)),
    successRate: ratio(done, done + failed),
    throughputPerHour: ratio(done, facts.makespanMs / HOUR_MS),
    verificationPassRate: ratio(countOf(verified, 'done'), verified.length),
    conflictRate: ratio(countOf(merges, 'conflict'), merges.length),
    lost: sumLost(tasks.map(({ id }) => facts.lost.get(id) ?? [])),
    cost: addCosts(tasks.map(costOfTask)),
  };
}

function countOf(spans: readonly Span[], outcome: string): number {
  return spans.filter((span) => span.outcome === outcome).length;
}
