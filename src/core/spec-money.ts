/** What a spec says of money. */
import { z } from 'zod';
import { text } from './spec-value.js';

const dollars = z.number().min(0).max(10_000);

export const priceFields = z.strictObject({
  input: dollars.describe('Of input.'),
  cachedInput: dollars.optional().describe("Of input that the vendor had in its cache; default: input's."),
  output: dollars.describe('Of output, reasoning included.'),
});

export const pricesSchema = z
  .record(
    text,
    priceFields.transform(({ input, cachedInput = input, output }) => ({ input, cachedInput, output })),
  )
  .default({})
  .describe('US dollars per million tokens, by model: for agents that tell tokens and no cost.');
