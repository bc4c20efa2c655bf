import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPrice, priceUsage, PRICES_AS_OF } from '../../src/core/price.js';
import { readSpec } from '../../src/core/spec.js';
import { planOf } from './compile-spec.js';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000, costUsd: null };
const SPEC = `
version: 1
name: c
agents: { codex: { adapter: codex, model: gpt-5.5 } }
tasks: [{ id: a, title: A }]
`;

describe('the price of a turn', () => {
  it('comes from the table, by the kinds of its tokens', () => {
    const price = findPrice('gpt-5.4');
    expect(priceUsage(million, price).costUsd).toBe(17.5);
    expect(priceUsage({ ...million, cachedInputTokens: 400_000 }, price).costUsd).toBe(16.6);
  });
  it('is unknown, and not nothing, where no table has the model or none is named', () => {
    for (const model of [null, 'gpt-99', 'toString'])
      expect(priceUsage(million, findPrice(model)).costUsd).toBeNull();
  });
  it('is of a day that docs/agents.md tells', () => {
    expect(readFileSync('docs/agents.md', 'utf8')).toContain(`published on ${PRICES_AS_OF}`);
  });
  it('is what the program says, where it says it', () => {
    expect(priceUsage({ ...million, costUsd: 0.25 }, findPrice('gpt-5.4')).costUsd).toBe(0.25);
  });
  it('adds up over the turns of a session', () => {
    const price = findPrice('gpt-5.3-codex');
    const turns = [1, 333, 7_001, 12_345].map((inputTokens) => ({
      ...million,
      inputTokens,
      outputTokens: 7,
    }));
    const sum = { ...million, inputTokens: 19_680, outputTokens: 28 };
    const cost = turns.reduce((so, turn) => so + (priceUsage(turn, price).costUsd ?? NaN), 0);
    expect(cost).toBeCloseTo(priceUsage(sum, price).costUsd ?? NaN, 9);
  });
  it("is the campaign file's own, where it has one", () => {
    const own =
      'prices: { gpt-5.5: { input: 1, output: 2 }, mine: { input: 3, cachedInput: 1, output: 4 } }\n';
    const { brief } = planOf(`${SPEC}${own}`);
    expect(priceUsage(million, findPrice('gpt-5.5', brief.prices)).costUsd).toBe(3);
    expect(findPrice('mine', brief.prices)).toEqual({ input: 3, cachedInput: 1, output: 4 });
    expect(findPrice('gpt-5.4', brief.prices)).toEqual(findPrice('gpt-5.4'));
    expect(planOf(SPEC).brief).not.toHaveProperty('prices');
  });
  it('is refused where a key of it is misspelt', () => {
    const { problems } = readSpec(
      `${SPEC}prices: { gpt-5.5: { input: 1, inputs: 1, output: 2 } }\n`,
      'campaign.yaml',
    );
    expect(problems.map(({ message }) => message)).toEqual(['unknown key "inputs" in a price']);
  });
});
