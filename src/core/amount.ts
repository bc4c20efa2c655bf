/** Amounts of money, tokens, turns and time, and limits of them. */

/** In whole numbers, so that sums are the same in whatever order they are made. */
export interface Amount {
  /** Millionths of a US dollar. */
  readonly micros: number;
  /** Input and output. */
  readonly tokens: number;
  readonly turns: number;
  /** Of turns, one after the other. */
  readonly ms: number;
}

export const MEASURES = ['micros', 'tokens', 'turns', 'ms'] as const;
export type Measure = (typeof MEASURES)[number];

/** A limit of one or more measures. */
export type Cap = Readonly<Partial<Record<Measure, number>>>;

export interface BudgetScope {
  readonly scope: 'campaign' | 'phase' | 'task' | 'account';
  /** Empty for the campaign. */
  readonly name: string;
}

export interface Budget extends BudgetScope {
  readonly cap: Cap;
}

/** Why a turn can't be ordered: of this measure, `left` is less than what it needs at least. */
export interface Shortage {
  readonly budget: Budget;
  readonly measure: Measure;
  readonly spent: number;
  readonly reserved: number;
  readonly needed: number;
}

/** What turns have used: by the agent that used it, and the phase in which its task was then. */
export interface Spent extends Amount {
  readonly agent: string;
  readonly account: string;
  readonly phase: string;
  /** Turns whose cost nobody knows. */
  readonly unknown: number;
  /**
   * Of turns that ended before they told their cost: what they had reserved. The session's next sum, which holds what they
   * used, settles it.
   */
  readonly unaccountedMicros: number;
}

export const NOTHING: Amount = { micros: 0, tokens: 0, turns: 0, ms: 0 };

export function addAmounts(one: Amount, other: Cap, sign: 1 | -1 = 1): Amount {
  const sum = (measure: Measure) => one[measure] + sign * (other[measure] ?? 0);
  return { micros: sum('micros'), tokens: sum('tokens'), turns: sum('turns'), ms: sum('ms') };
}

export function isSameScope(one: BudgetScope, other: BudgetScope): boolean {
  return one.scope === other.scope && one.name === other.name;
}

export function scopeKey({ scope, name }: BudgetScope): string {
  return `${scope}:${name}`;
}

/** A person sets caps of one budget; the other measures stay as they are. */
export function setBudget(set: readonly Budget[], { cap, ...scope }: Budget): readonly Budget[] {
  const before = set.find((one) => isSameScope(one, scope))?.cap ?? {};
  return [...set.filter((one) => !isSameScope(one, scope)), { ...scope, cap: { ...before, ...cap } }];
}

/** As people write it. */
interface WrittenCap {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly turns?: number | undefined;
  readonly hours?: number | undefined;
}

export function capOf({ usd, tokens, turns, hours }: WrittenCap): Cap {
  return {
    ...(usd === undefined ? {} : { micros: Math.round(usd * 1e6) }),
    ...(tokens === undefined ? {} : { tokens: Math.round(tokens) }),
    ...(turns === undefined ? {} : { turns: Math.round(turns) }),
    ...(hours === undefined ? {} : { ms: Math.round(hours * 3_600_000) }),
  };
}
