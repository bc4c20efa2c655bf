/** Rules about single tasks and contracts: can it be told whether they are done, and what they are? */
import type { LintRule } from './lint-view.js';
import { valueAt } from './spec-written.js';

/** So few words of title and prompt together say little: what is to be done, and neither where nor when it is right. */
const SHORT_WORDS = 4;
/** A path says where, at least. */
const NAMES_FILE = /\w[./]\w/;

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
    const { prompt, template } = view.taskValue(id);
    const task = view.brief.tasks[id];
    const lists = task === undefined ? [] : [...task.context, ...task.owns, ...task.intends, ...task.reads];
    const told = typeof prompt === 'string' ? `${title} ${prompt}` : title;
    const isEnough = countWords(told) > SHORT_WORDS || NAMES_FILE.test(told);
    if (isEnough || template !== undefined || lists.length > 0) return [];
    const said = typeof prompt === 'string' ? `"${title}" and "${prompt.trim()}"` : `"${title}"`;
    return [
      view.warn(view.taskPath(id, prompt === undefined ? 'title' : 'prompt'), {
        code: 'spec/thin-prompt',
        message: `all that the agent of task "${id}" is told is ${said}`,
        hint: 'add a prompt that says what to do and when it is right, or context, or owns: where to do it',
      }),
    ];
  });

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

/** Its consumers begin before whoever implements it has shown that he keeps it, and nothing would ever show it. */
export const warnOfUntestedContracts: LintRule = (view) =>
  Object.values(view.brief.contracts).flatMap(({ name, test, consumers }) => {
    const provider = valueAt(view.root, ['contracts', name, 'provider']);
    const [user] = consumers.filter((id) => id !== provider);
    if (test !== null || user === undefined) return [];
    const [message, hint] =
      typeof provider === 'string'
        ? [
            `"${user}" builds on it before "${provider}" is done, and nothing shows that "${provider}" keeps it`,
            'add test: a command that fails where the provider breaks the contract',
          ]
        : [
            `"${user}" builds on it, and nothing shows that it is kept, nor by whom`,
            'add provider: the task that implements it, and test: a command that fails where that breaks the contract',
          ];
    const code = 'spec/untested-contract';
    return [
      view.warn(['contracts', name], { code, message: `contract "${name}" has no test: ${message}`, hint }),
    ];
  });
