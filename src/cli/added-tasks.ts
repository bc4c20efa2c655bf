/** The file of `longhaul add`: tasks as in a campaign file, with the campaign's own variables. */
import { readFile } from 'node:fs/promises';
import type { Problem } from '../core/problem.js';
import { faultOfTasks } from '../core/task-proposal.js';
import { parseSource } from '../core/spec-source.js';
import { fillVars, type Vars } from '../core/spec-var.js';
import { valueAt } from '../core/spec-written.js';
import { whyUnreadable } from './unreadable.js';

export interface AddedTasks {
  readonly tasks: readonly unknown[];
  /** Empty exactly where there are tasks. */
  readonly problems: readonly Problem[];
}

interface Reading {
  readonly vars: Vars;
  /** The campaign file's plain data. */
  readonly campaign: unknown;
}

export async function readAddedTasks(file: string, reading: Reading): Promise<AddedTasks> {
  try {
    return readTasks(await readFile(file, 'utf8'), file, reading);
  } catch (error) {
    return refused('spec/unreadable', file, `the file can't be read: ${whyUnreadable(error)}`);
  }
}

function readTasks(text: string, file: string, { vars, campaign }: Reading): AddedTasks {
  const source = parseSource(text, file);
  if (source.problems.length > 0) return { tasks: [], problems: source.problems };
  const own = valueAt(campaign, ['vars']);
  const value = { vars: own, tasks: listOf(source.value) };
  const filled = fillVars({ value, placeOf: (path) => source.placeOf(path) }, vars);
  if (filled.problems.length > 0) return { tasks: [], problems: filled.problems };
  const tasks = valueAt(filled.value, ['tasks']);
  const fault = faultOfTasks(tasks);
  if (fault !== null) return refused('addition/no-tasks', file, `the tasks ${fault}`);
  return { tasks: tasks as readonly unknown[], problems: [] };
}

/** `tasks: […]`, a list, or one task by itself. */
function listOf(value: unknown): unknown {
  const tasks = valueAt(value, ['tasks']);
  if (tasks !== undefined) return tasks;
  return valueAt(value, ['id']) === undefined ? value : [value];
}

function refused(code: string, file: string, message: string): AddedTasks {
  const hint = 'write `tasks:` with a list, each task as in a campaign file: - { id: docs, title: … }';
  return { tasks: [], problems: [{ code, message, hint, where: { file }, severity: 'problem' }] };
}
