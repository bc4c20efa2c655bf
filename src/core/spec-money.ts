/** What a spec says of money. */
import { z } from 'zod';
import { notifySchema } from './spec-notify.js';
import { name, text, type Complaint } from './spec-value.js';

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

const positive = z.number().positive().max(1e12);

/** With `_` between its digits YAML takes it for a text. */
const digits = z
  .string()
  .transform((text, context) => {
    if (/^[1-9]\d{0,2}(_\d{3}){1,3}$/.test(text)) return Number(text.replaceAll('_', ''));
    const params: Complaint = { code: 'spec/wrong-value', hint: 'write 30000000, or 30_000_000' };
    context.addIssue({ code: 'custom', message: `must be a whole number, not "${text}"`, params });
    return z.NEVER;
  })
  .meta({ pattern: '^[1-9][0-9]{0,2}(_[0-9]{3}){1,3}$' });
const wholeNumber = z.union([positive.int(), digits]);

/** One or more limits. */
export const budgetSchema = z
  .strictObject({
    usd: positive.optional().describe('US dollars.'),
    tokens: wholeNumber.optional().describe('Tokens, input and output.'),
    turns: positive.int().optional().describe('Turns.'),
    hours: positive.max(100_000).optional().describe('Hours of turns, one after the other.'),
  })
  .superRefine((written, context) => {
    if (Object.keys(written).length > 0) return;
    const params: Complaint = { code: 'spec/wrong-value', hint: 'write budget: { usd: 40 }' };
    context.addIssue({ code: 'custom', message: 'must have one of usd, tokens, turns and hours', params });
  });

export const accountSchema = z.strictObject({
  budget: budgetSchema.optional().describe('What its agents may use in all.'),
  notify: notifySchema
    .optional()
    .describe('Where people are told what concerns it, besides where all is told.'),
});

export const accountsSchema = z
  .record(name, accountSchema)
  .default({})
  .describe('Accounts of the agents, by name.');
