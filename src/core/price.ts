/** What tokens cost, for programs that tell tokens and no money. */
import type { Usage } from './turn.js';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** Of input that the vendor had in its cache. */
  readonly cachedInput: number;
  readonly output: number;
}

/**
 * List prices by the vendor's name of the model, as they were published on that day; without the surcharges for very long
 * contexts, priority and tools. A campaign file's own (`prices`) go before them.
 */
export const PRICES_AS_OF = '2026-06-12';

const PRICES: Readonly<Record<string, Price>> = {
  'gpt-5': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5-codex': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
  'gpt-5-nano': { input: 0.05, cachedInput: 0.005, output: 0.4 },
  'gpt-5.1': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5.1-codex': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5.1-codex-max': { input: 1.25, cachedInput: 0.125, output: 10 },
  'gpt-5.1-codex-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
  'gpt-5.2': { input: 1.75, cachedInput: 0.175, output: 14 },
  'gpt-5.2-codex': { input: 1.75, cachedInput: 0.175, output: 14 },
  'gpt-5.3-codex': { input: 1.75, cachedInput: 0.175, output: 14 },
  'gpt-5.4': { input: 2.5, cachedInput: 0.25, output: 15 },
  'gpt-5.4-mini': { input: 0.75, cachedInput: 0.075, output: 4.5 },
  'gpt-5.4-nano': { input: 0.2, cachedInput: 0.02, output: 1.25 },
  'gpt-5.5': { input: 5, cachedInput: 0.5, output: 30 },
};

/** Null where nobody knows: of a model that is not named, or that no table has. */
export function findPrice(model: string | null, own: Readonly<Record<string, Price>> = {}): Price | null {
  const table = [own, PRICES].find((prices) => model !== null && Object.hasOwn(prices, model));
  return table?.[model ?? ''] ?? null;
}

/** What the program says of its cost goes before any table. */
export function priceUsage(usage: Usage, price: Price | null): Usage {
  if (usage.costUsd !== null || price === null) return usage;
  const { inputTokens, cachedInputTokens: cached = 0, outputTokens } = usage;
  const micros =
    (inputTokens - cached) * price.input + cached * price.cachedInput + outputTokens * price.output;
  // Prices have few digits: rounded to what they come to, so that sums of turns are the sum of the session.
  return { ...usage, costUsd: Number((micros / 1e6).toFixed(10)) };
}
