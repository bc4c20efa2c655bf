/** How an agent can be told of its task: the names of Longhaul's templates. Their variables: template-vars.ts; their texts: agents/templates. */
export const TEMPLATE_NAMES = [
  'task',
  'unit-test',
  'contract-author',
  'contract-provider',
  'contract-consumer',
  'tester',
  'review',
  'synthesis',
  'investigation',
  'conflict',
  'fix',
] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export function isTemplateName(name: string): name is TemplateName {
  return TEMPLATE_NAMES.some((known) => known === name);
}

/** What a task's part in contracts, and its kind, ask for where the spec names no template. */
export function usualTemplate(task: {
  readonly reviews: string | null;
  readonly publishes: readonly string[];
  readonly provides: readonly string[];
  readonly consumes: readonly string[];
  readonly kind: 'work' | 'testing';
}): TemplateName {
  if (task.reviews !== null) return 'review';
  if (task.publishes.length > 0) return 'contract-author';
  if (task.provides.length > 0) return 'contract-provider';
  if (task.kind === 'testing') return 'tester';
  return task.consumes.length > 0 ? 'contract-consumer' : 'task';
}
