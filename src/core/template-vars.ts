/** The variables of Longhaul's templates, as a task's `vars` says them. docs/prompts.md shows each template with them. */
import { z } from 'zod';
import { text, texts } from './spec-value.js';
import type { SpecPath } from './spec-source.js';
import type { TemplateName } from './template-name.js';

/** A text too, as what rounds and variables fill in are texts. */
const amount = z.union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?$|\{\{/)]);
const optionalText = text.optional();
const optionalTexts = texts.min(1).optional();

/** Each template has them. */
const usual = {
  why: optionalText,
  acceptance: optionalTexts,
  instructions: optionalTexts,
};

const errors = z
  .array(z.strictObject({ code: text, when: text }))
  .min(1)
  .optional();

const unitTest = {
  number: amount.optional(),
  what: optionalText,
  goal: optionalText,
  source: z.strictObject({ file: text, description: text }),
  output: z.strictObject({ file: text, mode: z.enum(['create', 'extend']).optional() }),
  infrastructure: optionalTexts,
  mocks: optionalTexts,
  pattern: z.strictObject({ file: text, notes: optionalTexts }).optional(),
  functions: z.array(z.strictObject({ name: text, description: text })).min(1),
  covered: optionalTexts,
  categories: z.array(z.strictObject({ name: text, count: amount, specifics: texts.min(1) })).min(1),
  tests: amount,
  coverage: amount,
  seconds: amount,
  commands: z.strictObject({ test: text, coverage: text }),
};

export const TEMPLATE_VARS: Readonly<Record<TemplateName, z.ZodObject>> = {
  task: z.strictObject(usual),
  'unit-test': z.strictObject({ ...unitTest, ...usual }),
  'contract-author': z.strictObject({
    purpose: optionalText,
    request: optionalText,
    response: optionalText,
    errors,
    examples: optionalTexts,
    mock: optionalText,
    ...usual,
  }),
  'contract-provider': z.strictObject({ errors, ...usual }),
  'contract-consumer': z.strictObject({ errors, ...usual }),
  tester: z.strictObject({ scenarios: optionalTexts, environment: optionalText, ...usual }),
  review: z.strictObject({ subject: optionalText, criteria: optionalTexts, ...usual }),
  synthesis: z.strictObject({
    question: optionalText,
    sections: optionalTexts,
    file: optionalText,
    ...usual,
  }),
  investigation: z.strictObject({ question: optionalText, hypotheses: optionalTexts, ...usual }),
  conflict: z.strictObject({
    sides: z
      .array(z.strictObject({ what: text, meant: text }))
      .min(1)
      .optional(),
    files: optionalTexts,
    ...usual,
  }),
  fix: z.strictObject({
    problem: optionalText,
    expected: optionalText,
    steps: optionalTexts,
    cause: optionalText,
    ...usual,
  }),
};

/** The variables that stand in the mapping at this path below `vars`. */
export function knownVars(template: TemplateName, path: SpecPath): readonly string[] {
  let schema: unknown = TEMPLATE_VARS[template];
  for (const step of path) {
    const around = bare(schema);
    if (around instanceof z.ZodArray) schema = around.element;
    else if (around instanceof z.ZodObject) schema = (around.shape as Record<string, unknown>)[step];
  }
  const found = bare(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
