/** What a spec says of the campaign's limits. */
import { z } from 'zod';
import { budgetSchema } from './spec-money.js';
import { clockTime, count, duration, name, quantity } from './spec-value.js';

export const deadlineSchema = z.strictObject({
  at: clockTime.describe('By the clock: ISO 8601 with its offset.'),
});

export const limitsSchema = z.strictObject({
  agents: count.default(5).describe('Turns that may run at once, over all agents.'),
  roles: z.record(name, count).default({}).describe('Turns of one role that may run at once.'),
  tasks: quantity.default(200).describe('Tasks that may come while it runs, in all.'),
  depth: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(2)
    .describe('How many times over tasks may come of tasks that came while it runs.'),
  budget: budgetSchema.optional().describe('What the campaign may use in all.'),
  deadline: z
    .union([duration, deadlineSchema])
    .optional()
    .describe('Of campaign time, which stands still while paused, limited or blocked; or by the clock.'),
});
