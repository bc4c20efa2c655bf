import type { CompilePass } from './compile-draft.js';
import { findUnreadTemplate } from './spec-template.js';

/** Templates of the repository were read once: a task that comes later can name no other. */
export const checkTemplateFiles: CompilePass = (draft, { spec, templates }) => {
  for (const { written, path } of draft.tasks) {
    const { id: task, template } = written;
    if (template === undefined) continue;
    const problem = findUnreadTemplate({ task, template, path }, Object.keys(templates), spec.placeOf);
    if (problem !== null) draft.problems.push(problem);
  }
};
