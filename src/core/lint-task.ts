/** Rules about single tasks and contracts: can it be told whether they are done, and what they are? */
import type { LintRule } from './lint-view.js';
import { valueAt } from './spec-written.js';

/** So few words say little. */
const SHORT_WORDS = 3;

/** Work that no command checks: what the agent says goes. An empty list is somebody's decision. */
export const warnOfUnchecked: LintRule = (view) =>
  view.plan.tasks.flatMap(({ id, phase }) => {
    const task = view.brief.tasks[id];
    if (task === undefined || task.changes !== 'required' || task.verify.length > 0) return [];
    const said = [view.taskValue(id)['verify'], valueAt(view.root, ['defaults', 'verify'])];
    const isMerged = (view.brief.integrationVerify[phase] ?? []).length > 0;
    if (isMerged || said.some((verify) => verify !== undefined)) return [];
    return [
      view.warn(view.taskPath(id, 'id'), {
        code: 'spec/no-acceptance',
        message: `nothing says when task "${id}" is done: it has no verify, so any change of a file counts`,
        hint: 'add verify: [a command that must pass] to it or to defaults; or verify: [] if nothing can be checked',
      }),
    ];
  });

export const warnOfThinPrompts: LintRule = (view) =>
  view.plan.tasks.flatMap(({ id, title }) => {
    const words = title.split(/\s+/).filter((word) => word !== '').length;
    const task = view.brief.tasks[id];
    const lists = task === undefined ? [] : [...task.context, ...task.owns, ...task.intends, ...task.reads];
    if (words > SHORT_WORDS || view.taskValue(id)['prompt'] !== undefined || lists.length > 0) return [];
    return [
      view.warn(view.taskPath(id, 'title'), {
        code: 'spec/thin-prompt',
        message: `all that the agent of task "${id}" is told is "${title}"`,
        hint: 'add a prompt that says what to do and when it is right, or context, or owns: where to do it',
      }),
    ];
  });

/** Its consumers begin before its provider has shown that it keeps it, and nothing would ever show it. */
export const warnOfUntestedContracts: LintRule = (view) =>
  Object.values(view.brief.contracts).flatMap(({ name, test, consumers }) => {
    const provider = valueAt(view.root, ['contracts', name, 'provider']);
    const users = consumers.filter((id) => id !== provider);
    if (typeof provider !== 'string' || test !== null || users.length === 0) return [];
    return [
      view.warn(['contracts', name], {
        code: 'spec/untested-contract',
        message: `contract "${name}" has no test: "${users[0] ?? ''}" builds on it before "${provider}" is done, and nothing shows that "${provider}" keeps it`,
        hint: 'add test: a command that fails where the provider breaks the contract',
      }),
    ];
  });
