/** Templates that tasks name, and the variables that they say for them. */
import type { Problem } from './problem.js';
import { problemsOfIssues } from './spec-issue.js';
import type { Outline, OutlineTask } from './spec-outline.js';
import { isMapping, keyProblemAt, problemAt } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';
import type { Written } from './spec-written.js';
import { isTemplateName, TEMPLATE_NAMES, usualTemplate, type TemplateName } from './template-name.js';
import { knownVars, TEMPLATE_VARS } from './template-vars.js';

/** A template of the repository is a file with this ending. */
const OWN_ENDING = '.liquid';

export function isOwnTemplate(name: string): boolean {
  return name.endsWith(OWN_ENDING);
}

export function checkTemplates(outline: Outline, written: Written): readonly Problem[] {
  const providers = providersOf(written);
  return outline.tasks.flatMap((task) => {
    const { template } = task.value;
    if (typeof template === 'string' && isOwnTemplate(template)) return [];
    if (template !== undefined && (typeof template !== 'string' || !isTemplateName(template)))
      return typeof template === 'string' ? [unknownTemplate(task, template, written)] : [];
    return checkVars(task, template ?? templateFor(task, providers), written);
  });
}

function unknownTemplate({ id, path }: OutlineTask, template: string, written: Written): Problem {
  const meant = suggest(template, TEMPLATE_NAMES);
  return problemAt(written, [...path, 'template'], {
    code: 'spec/unknown-template',
    message: `task "${id}" has the template "${template}", which is none of Longhaul's`,
    hint:
      meant === null
        ? `write one of: ${TEMPLATE_NAMES.join(', ')}; or a file of the repository, as in prompts/house${OWN_ENDING}`
        : `did you mean "${meant}"?`,
  });
}

function providersOf({ value }: Written): ReadonlySet<unknown> {
  const contracts = isMapping(value) ? (value as Record<string, unknown>)['contracts'] : null;
  if (!isMapping(contracts)) return new Set();
  return new Set(
    Object.values(contracts).map((one: unknown) =>
      isMapping(one) ? (one as Record<string, unknown>)['provider'] : undefined,
    ),
  );
}

/** As compiling chooses it, of what may be wrong. */
function templateFor({ id, value, needs }: OutlineTask, providers: ReadonlySet<unknown>): TemplateName {
  const { publishes } = value;
  return usualTemplate({
    reviews: null,
    publishes: Array.isArray(publishes) ? publishes.filter((name) => typeof name === 'string') : [],
    provides: providers.has(id) ? [id] : [],
    consumes: needs.filter(({ kind }) => kind === 'contract').map(({ name }) => name),
    kind: value['kind'] === 'testing' ? 'testing' : 'work',
  });
}

/** What is missing stands nowhere, and is told where the template is named. */
function checkVars(
  { id, path, value }: OutlineTask,
  template: TemplateName,
  written: Written,
): readonly Problem[] {
  const { vars = {} } = value;
  // What is no mapping at all, the schema has told of.
  if (!isMapping(vars)) return [];
  const at: SpecPath = [...path, 'vars'];
  const issues = TEMPLATE_VARS[template].safeParse(vars).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const inner: SpecPath = [
      ...at,
      ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    ];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) =>
        unknownVar(
          [...inner, key],
          { id, known: knownVars(template, inner.slice(at.length)), template },
          written,
        ),
      );
    return problemsOfIssues([{ ...issue, path: [...inner] }], written).map((problem) => ({
      ...problem,
      message: `${problem.message}; the template ${template} needs it so`,
    }));
  });
}

function unknownVar(
  path: SpecPath,
  {
    id,
    template,
    known,
  }: { readonly id: string; readonly template: TemplateName; readonly known: readonly string[] },
  written: Written,
): Problem {
  const name = String(path.at(-1));
  const meant = suggest(name, known);
  return {
    ...keyProblemAt(written, path, {
      message: `task "${id}" says "${name}", which the template ${template} has no place for`,
      hint: meant === null ? `its variables: ${known.join(', ')}` : `did you mean "${meant}"?`,
    }),
    code: 'spec/unknown-key',
  };
}

interface TemplateUse {
  readonly task: string;
  readonly template: string;
  /** Of the task. */
  readonly path: SpecPath;
}

/** Of a template of the repository: `read` are those that were read. Null where it is one of them, or none at all. */
export function findUnreadTemplate(
  { task, template, path }: TemplateUse,
  read: readonly string[],
  placeOf: Written['placeOf'],
): Problem | null {
  if (!isOwnTemplate(template) || read.includes(template)) return null;
  return {
    code: 'spec/unknown-template',
    message: `task "${task}" has the template "${template}", which was not among the campaign's when it was read`,
    hint: "name one of them or of Longhaul's; or let a person `longhaul apply` a campaign file that names it",
    where: placeOf([...path, 'template']),
    severity: 'problem',
  };
}
