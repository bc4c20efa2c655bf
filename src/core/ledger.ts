/** What was spent and is reserved, by all that can have a budget; kept up change by change (core/task-index.ts). */
import {
  addAmounts,
  NOTHING,
  scopeKey,
  type Amount,
  type BudgetScope,
  type Cap,
  type Measure,
  type Spent,
} from './amount.js';
import type { Plan, PlanTask } from './plan.js';
import { planAgent } from './plan-index.js';
import { spentOf } from './spent.js';
import { isWorking, type TaskState } from './task.js';

/** Of one scope. */
export interface Account {
  /** What is unaccounted for is taken for spent. */
  readonly spent: Amount;
  readonly unaccountedMicros: number;
  /** Turns whose cost nobody knows. */
  readonly unknown: number;
  readonly reserved: Amount;
}

interface Sums {
  spent: Amount;
  unaccountedMicros: number;
  unknown: number;
  reserved: Amount;
}

/** Of turns that ended, by agent, and by agent and role. */
interface Kind {
  spent: Amount;
  /** Turns that told their cost. */
  priced: number;
}

export class Ledger {
  private readonly scopes = new Map<string, Sums>();
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly plan: Plan) {}

  /** Counts a task, or takes it out again. */
  count(task: PlanTask, state: TaskState, sign: 1 | -1): void {
    for (const row of spentOf(this.plan, task, state)) this.countSpent(task, row, sign);
    const { life } = state;
    if (isWorking(life) && life.reserved !== undefined)
      this.reserve({ task, agent: life.agent, reserve: life.reserved }, sign);
  }

  reserve(
    { task, agent, reserve }: { readonly task: PlanTask; readonly agent: string; readonly reserve: Cap },
    sign: 1 | -1,
  ): void {
    const { account } = planAgent(this.plan, agent);
    for (const scope of scopesOf({ account, phase: task.phase, task: task.id })) {
      const sums = this.sumsOf(scope);
      sums.reserved = addAmounts(sums.reserved, reserve, sign);
    }
  }

  of(scope: BudgetScope): Account {
    const { spent, unaccountedMicros, unknown, reserved } = this.scopes.get(scopeKey(scope)) ?? noSums();
    return {
      spent: { ...spent, micros: spent.micros + unaccountedMicros },
      unaccountedMicros,
      unknown,
      reserved,
    };
  }

  /** What a turn of the agent for the role has cost on average, or, where there was none yet, of the agent; 0 = not known. */
  usualOf(agent: string, role: string | null): Amount {
    const [same, any] = [this.kinds.get(kindKey(agent, role)), this.kinds.get(kindKey(agent, null))];
    const mean = (measure: Measure) => {
      const kind = [same, any].find((one) => turnsFor(one, measure) > 0);
      return kind === undefined ? 0 : Math.ceil(kind.spent[measure] / turnsFor(kind, measure));
    };
    return { micros: mean('micros'), tokens: mean('tokens'), turns: 1, ms: mean('ms') };
  }

  private countSpent(task: PlanTask, row: Spent, sign: 1 | -1): void {
    for (const scope of scopesOf({ ...row, task: task.id })) {
      const sums = this.sumsOf(scope);
      sums.spent = addAmounts(sums.spent, row, sign);
      sums.unaccountedMicros += sign * row.unaccountedMicros;
      sums.unknown += sign * row.unknown;
    }
    const keys = [kindKey(row.agent, null), ...(task.role === null ? [] : [kindKey(row.agent, task.role)])];
    for (const key of keys) {
      const kind = this.kinds.get(key) ?? { spent: NOTHING, priced: 0 };
      this.kinds.set(key, {
        spent: addAmounts(kind.spent, row, sign),
        priced: kind.priced + sign * (row.turns - row.unknown),
      });
    }
  }

  private sumsOf(scope: BudgetScope): Sums {
    const key = scopeKey(scope);
    const known = this.scopes.get(key);
    if (known !== undefined) return known;
    const sums = noSums();
    this.scopes.set(key, sums);
    return sums;
  }
}

function noSums(): Sums {
  return { spent: NOTHING, unaccountedMicros: 0, unknown: 0, reserved: NOTHING };
}

function turnsFor(kind: Kind | undefined, measure: Measure): number {
  return (measure === 'micros' ? kind?.priced : kind?.spent.turns) ?? 0;
}

/** No name has a space. */
function kindKey(agent: string, role: string | null): string {
  return role === null ? agent : `${agent} ${role}`;
}

function scopesOf({ account, phase, task }: { account: string; phase: string; task: string }) {
  return [
    { scope: 'campaign', name: '' },
    { scope: 'phase', name: phase },
    { scope: 'task', name: task },
    { scope: 'account', name: account },
  ] as const;
}
