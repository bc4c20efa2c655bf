/** Time that went by without work for a task, by the reason (core/metrics-wait.ts says how it is found). */
import type { WaitReason } from './status.js';

export type LostReason = WaitReason['reason'] | 'overhead';

export interface LostTime {
  readonly reason: LostReason;
  readonly ms: number;
}

const ORDER: readonly LostReason[] = [
  'need',
  'integration',
  'lock',
  'pool',
  'lane',
  'account',
  'budget',
  'blocker',
  'pause',
  'reserved',
  'worker',
  'round',
  'overhead',
];

/** In a fixed order; reasons without time are left out. */
export function sumLost(parts: readonly (readonly LostTime[])[]): readonly LostTime[] {
  const sums = new Map<LostReason, number>();
  for (const { reason, ms } of parts.flat()) sums.set(reason, (sums.get(reason) ?? 0) + ms);
  return ORDER.flatMap((reason) => {
    const ms = sums.get(reason) ?? 0;
    return ms > 0 ? [{ reason, ms }] : [];
  });
}
