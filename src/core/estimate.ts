/** How long a task will probably take, and who says so. */
import { learntMinutes, learntMinutesPerPoint, type Learnt } from './learnt.js';
import type { SpecTask } from './spec-schema.js';

export interface Estimate {
  readonly ms: number;
  /** In words: `spec`, `complexity`, `complexity, learnt`, `defaults`, `learnt`, `assumed`. */
  readonly from: string;
}

interface EstimateInput {
  /** `defaults.estimate` of the spec. */
  readonly usualMs: number | undefined;
  /** The task's first agent. */
  readonly agent: string;
  readonly learnt: Learnt | null;
}

const MINUTE_MS = 60_000;
const ASSUMED_MS = 30 * MINUTE_MS;
/** Minutes of work per point of complexity, as long as nothing was learnt on the repository. */
const MINUTES_PER_POINT = 1.5;

/** The task's own word, its complexity, the spec's default, what earlier campaigns took, and half an hour. */
export function estimateTask(
  { estimate, complexity, role }: Pick<SpecTask, 'estimate' | 'complexity' | 'role'>,
  { usualMs, agent, learnt }: EstimateInput,
): Estimate {
  if (estimate !== undefined) return { ms: estimate, from: 'spec' };
  if (complexity !== undefined) {
    const perPoint = learnt === null ? null : learntMinutesPerPoint(learnt);
    const ms = Math.round(complexity * (perPoint ?? MINUTES_PER_POINT) * MINUTE_MS);
    return { ms, from: perPoint === null ? 'complexity' : 'complexity, learnt' };
  }
  if (usualMs !== undefined) return { ms: usualMs, from: 'defaults' };
  const minutes = learnt === null ? null : learntMinutes(learnt, { role: role ?? null, agent });
  if (minutes !== null) return { ms: Math.max(1, Math.round(minutes * MINUTE_MS)), from: 'learnt' };
  return { ms: ASSUMED_MS, from: 'assumed' };
}
