/** Tasks that are not in the campaign file: wanted by agents and people, and compiled into the campaign. */
import { setHandler, uuid4 } from '@temporalio/workflow';
import type { AdditionAsked } from '../core/addition-book.js';
import { additionFault } from '../core/addition-request.js';
import { joinValue, type InParts } from '../core/parts.js';
import { PLAN_VERSION } from '../core/plan.js';
import { faultOfTasks } from '../core/task-proposal.js';
import { refuse } from './failures.js';
import { checkOpen, fieldsOf, stamp, textOf, type Hearer } from './hearer.js';
import * as messages from './messages.js';
import type { AddTasks, ReportExtension } from './messages.js';

export function hearAdditions(run: Hearer): void {
  setHandler(
    messages.extendedSignal,
    (...parts) => {
      const extended = readExtended(parts);
      if (extended !== null) run.take({ event: 'extended', atMs: Date.now(), ...extended });
    },
    { description: 'What came of tasks that were to be compiled into the campaign.' },
  );
  setHandler(
    messages.proposeTasksSignal,
    (input) => {
      const { key, task, request } = fieldsOf(input);
      take(run, key, readProposal(textOf(task), request));
    },
    {
      description:
        'An agent proposes tasks: { key, task, gen, request: { why, tasks, problem } }; `problem` says why there are none.',
    },
  );
  const description =
    'Adds tasks to the campaign, written as in its file (`longhaul add`): { "tasks": [{ "id": "docs", "title": "…" }], "group": "build", "why": "…" }. 20 at most; without `group` they go to the last one.';
  const add = (input: unknown) => take(run, fieldsOf(input).key, readAdded(input));
  setHandler(messages.addTasksSignal, add, { description });
  setHandler(
    messages.addTasksUpdate,
    (input: AddTasks) => (
      add(input),
      'The tasks are compiled into the campaign now; then they are in its list.'
    ),
    { description, validator: (input: AddTasks) => checkAdded(run, input) },
  );
}

/** It comes from the wire, and people may type it. Null where it is none: there is nobody to be told. */
function readExtended(parts: InParts<ReportExtension>): ReportExtension | null {
  try {
    const extended = joinValue(parts);
    const { order, plan, problems }: Readonly<Partial<Record<keyof ReportExtension, unknown>>> = extended;
    if (typeof order !== 'string' || !Array.isArray(problems)) return null;
    if (plan === null || isOfThisVersion(plan)) return extended;
    const problem = 'What came of it was made by another version of Longhaul.';
    return { order, plan: null, problems: [problem], broken: 'transient' };
  } catch {
    return null;
  }
}

function isOfThisVersion(plan: unknown): boolean {
  return typeof plan === 'object' && plan !== null && 'version' in plan && plan.version === PLAN_VERSION;
}

/** What people type by hand has no key; two of them are two. */
function take(run: Hearer, key: unknown, asked: AdditionAsked): void {
  const stamped = stamp(key);
  run.take({ event: 'additionAsked', ...stamped, key: stamped.key ?? uuid4(), ...asked });
}

function readProposal(task: string, request: unknown): AdditionAsked {
  const { why, tasks, problem } = fieldsOf(request);
  const fault = faultOfTasks(tasks);
  const told = textOf(problem) || (fault === null ? '' : `its "tasks" ${fault}`);
  return { by: 'agent', task, group: null, why: textOf(why), tasks: listOf(tasks), problem: told || null };
}

function readAdded(input: unknown): AdditionAsked {
  const { tasks, group, why } = fieldsOf(input);
  const fault = faultOfTasks(tasks);
  return {
    by: 'person',
    task: null,
    group: textOf(group) || null,
    why: textOf(why),
    tasks: listOf(tasks),
    problem: fault === null ? null : `the tasks ${fault}`,
  };
}

/** It comes from the wire. */
function listOf(tasks: unknown): readonly unknown[] {
  return faultOfTasks(tasks) === null ? (tasks as readonly unknown[]) : [];
}

function checkAdded(run: Hearer, input: unknown): void {
  const { plan, state } = checkOpen(run);
  const fault = additionFault(plan, state, readAdded(input));
  if (fault !== null) throw refuse('addition/refused', fault);
}
