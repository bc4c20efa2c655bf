/** `forEach` as the rest of the core sees it. */
export interface RoundWish {
  /** The source: the task whose output has the list. */
  readonly task: string;
  /** Keys with dots between them; empty where the output itself is the list. */
  readonly at: string;
  readonly max: number;
  /** How many tasks a plan assumes. */
  readonly expect: number;
}

export const MOST_ITEMS = 50;
export const EXPECTED_ITEMS = 3;

/** Of plain data that may be wrong elsewhere; null where it is no template, or says so otherwise. */
export function roundOf(task: Readonly<Record<string, unknown>>): RoundWish | null {
  const written = task['forEach'];
  if (typeof written === 'string') return { task: written, at: '', max: MOST_ITEMS, expect: EXPECTED_ITEMS };
  if (typeof written !== 'object' || written === null) return null;
  const { task: source, at, max, expect } = written as Readonly<Record<string, unknown>>;
  if (typeof source !== 'string') return null;
  const most = typeof max === 'number' ? max : MOST_ITEMS;
  return {
    task: source,
    at: typeof at === 'string' ? at : '',
    max: most,
    expect: Math.min(typeof expect === 'number' ? expect : EXPECTED_ITEMS, most),
  };
}
