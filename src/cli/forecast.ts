import { expectEnd, type ExpectedEnd } from '../core/expected-end.js';
import type { Plan } from '../core/plan.js';
import type { Status } from '../core/status.js';

/** A simulation of a large plan takes its time, and a board is drawn every second. */
const KEPT_MS = 10_000;

/** When a campaign will probably be over, made anew where something happened or some seconds have passed. */
export class Forecast {
  #last: { readonly revision: number; readonly madeAtMs: number; readonly end: ExpectedEnd | null } | null =
    null;

  /** Without its plan (it was started from another LONGHAUL_HOME) nothing is foreseen. It may be another one each time. */
  constructor(private readonly readPlan: () => Promise<Plan | null>) {}

  async at(status: Status, nowMs: number): Promise<ExpectedEnd | null> {
    const last = this.#last;
    if (last?.revision === status.revision && nowMs - last.madeAtMs < KEPT_MS) return last.end;
    const end = await this.#expect(status, nowMs);
    this.#last = { revision: status.revision, madeAtMs: nowMs, end };
    return end;
  }

  /** Nobody loses sight of a campaign because its end can't be foreseen: then it is not told. */
  async #expect(status: Status, nowMs: number): Promise<ExpectedEnd | null> {
    try {
      const plan = await this.readPlan();
      return plan === null ? null : expectEnd(plan, status, nowMs);
    } catch {
      return null;
    }
  }
}

/** The status as JSON has it: with the time at which the campaign will probably be over. */
export function withForecast(status: Status, end: ExpectedEnd | null) {
  return { ...status, expectedEndAt: end === null ? null : new Date(end.atMs).toISOString() };
}
