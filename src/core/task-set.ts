import { planPosition } from './plan-index.js';
import type { Plan } from './plan.js';
import { RankedSet } from './ranked-set.js';

/** Tasks of a plan, walked in its order: what comes out never depends on the order in which they came in. */
export class TaskSet {
  private readonly positions = new RankedSet();

  constructor(private readonly plan: Plan) {}

  get size(): number {
    return this.positions.size;
  }

  add(id: string): void {
    this.positions.add(planPosition(this.plan, id));
  }

  /** Was it there? */
  delete(id: string): boolean {
    return this.positions.delete(planPosition(this.plan, id));
  }

  has(id: string): boolean {
    for (const other of this) if (other === id) return true;
    return false;
  }

  /** The set must not change on the way. */
  *[Symbol.iterator](): Generator<string> {
    for (const position of this.positions) yield this.plan.tasks[position]?.id ?? '';
  }
}
