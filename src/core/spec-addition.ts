/** Tasks that came while the campaign ran: within its limits, and in a place that the file still has. */
import type { AddedTask, Addition } from './addition.js';
import type { ItemFault } from './addition-overlay.js';
import type { Problem } from './problem.js';
import { problemAt } from './spec-problem.js';
import { valueAt, type Written } from './spec-written.js';

interface Added {
  readonly added: ReadonlyMap<string, AddedTask>;
  readonly gone: readonly Addition[];
  readonly faults: readonly ItemFault[];
}

const USUAL_LIMITS = { tasks: 200, depth: 2 };

export function checkAdditions(written: Written, { added, gone, faults }: Added): readonly Problem[] {
  const limits = limitsOf(written.value);
  const own = [...added].filter(([, { assumed }]) => !assumed);
  const deepest = own.find(([, { depth }]) => depth > limits.depth);
  const problems: Problem[] = [];
  if (own.length > limits.tasks)
    problems.push(
      problemAt(written, ['limits', 'tasks'], {
        code: 'spec/too-many-added',
        message: `${own.length} tasks would have been added while the campaign runs, and limits.tasks allows ${limits.tasks}`,
        hint: `write limits: { tasks: ${own.length} } or more, or let fewer be added`,
      }),
    );
  if (deepest !== undefined)
    problems.push(
      problemAt(written, ['limits', 'depth'], {
        code: 'spec/too-deep',
        message: `task "${deepest[0]}" comes of added tasks ${deepest[1].depth} times over, and limits.depth allows ${limits.depth}`,
        hint: `write limits: { depth: ${deepest[1].depth} }, or leave it out`,
      }),
    );
  const { file } = written.placeOf([]);
  const lacking = faults.map(({ task, fault }): Problem => ({
    code: 'spec/bad-item',
    message: `the item that task "${task}" is made of ${fault}`,
    hint: 'write the round so that its items suffice, or let the task before it hand on others',
    where: { file },
    severity: 'problem',
  }));
  return [...problems, ...lacking, ...gone.map((addition) => goneWarning(addition, written))];
}

export function limitsOf(root: unknown): { readonly tasks: number; readonly depth: number } {
  const [tasks, depth] = ['tasks', 'depth'].map((key) => valueAt(root, ['limits', key]));
  return {
    tasks: typeof tasks === 'number' ? tasks : USUAL_LIMITS.tasks,
    depth: typeof depth === 'number' ? depth : USUAL_LIMITS.depth,
  };
}

function goneWarning({ by, task, group, tasks, items }: Addition, written: Written): Problem {
  const count = by === 'round' ? items.length : tasks.length;
  const what =
    by === 'round'
      ? `made of the round "${task ?? ''}", which is no round of this file any more`
      : `added to the group "${group}", which this file does not have any more`;
  return {
    code: 'spec/addition-gone',
    message: `${count === 1 ? 'a task was' : `${count} tasks were`} ${what}: removed, too`,
    hint: 'keep the id and the group, if they shall stay',
    where: { file: written.placeOf([]).file },
    severity: 'warning',
  };
}
