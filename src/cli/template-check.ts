/** The templates of the repository, rendered for each task that has one: what they ask for must be there. */
import { firstPrompt } from '../agents/first-prompt.js';
import { varsUsedBy } from '../agents/template.js';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { ProblemError, type Problem } from '../core/problem.js';
import { outlineOf } from '../core/spec-outline.js';
import type { SpecPath } from '../core/spec-source.js';
import { suggest } from '../core/spec-suggest.js';
import type { Written } from '../core/spec-written.js';

export function checkOwnTemplates(written: Written, brief: CampaignBrief): readonly Problem[] {
  if (Object.keys(brief.templates).length === 0) return [];
  const told = new Set<string>();
  return outlineOf(written.value).tasks.flatMap(({ id, path }) => {
    const task = brief.tasks[id];
    const own = brief.templates[task?.template.name ?? ''];
    if (task === undefined || own === undefined) return [];
    const used = varsUsedBy(own.text);
    // That it is no template at all was told when it was read.
    if (!used.ok || own.text.trim() === '') return [];
    const problems = [
      ...renderingFault(brief, task),
      ...unusedVars(task, { path, used: used.value, written }),
    ];
    // A template's own mistake is the same for all tasks that have it.
    return problems.filter(({ message }) => !told.has(message) && told.add(message));
  });
}

function renderingFault(brief: CampaignBrief, { id, template }: TaskBrief): readonly Problem[] {
  try {
    firstPrompt(brief, id);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const variable = /undefined variable: vars\.([\w-]+)/.exec(error.problem.message)?.[1];
    if (variable === undefined) return [error.problem];
    const message = `the template ${template.name} asks for vars.${variable}, which task "${id}" does not say`;
    const hint = `add vars: { ${variable}: … } to the task, or let the template do without: {% if vars.${variable} %}`;
    return [{ ...error.problem, message, hint }];
  }
}

function unusedVars(
  { id, template }: TaskBrief,
  {
    path,
    used,
    written,
  }: { readonly path: SpecPath; readonly used: ReadonlySet<string>; readonly written: Written },
): readonly Problem[] {
  return Object.keys(template.vars)
    .filter((name) => !used.has(name))
    .map((name) => {
      const meant = suggest(name, [...used]);
      return {
        code: 'spec/unknown-key',
        message: `task "${id}" says "${name}", which the template ${template.name} has no place for`,
        hint:
          meant === null
            ? `write {{ vars.${name} }} where it belongs, or leave it out`
            : `did you mean "${meant}"?`,
        where: written.placeOf([...path, 'vars', name], 'key'),
        severity: 'problem',
      };
    });
}
