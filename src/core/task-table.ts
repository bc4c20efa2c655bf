/**
 * All tasks by id, as a value: a change copies one small bucket and not ten thousand entries. In JSON a list of
 * records. What is derived from a table (core/task-index.ts) follows it from one value to the next: a cache that
 * stands with the newest, and is made anew for any other.
 */
import type { TaskState } from './task.js';

export type TaskTable = readonly Readonly<Record<string, TaskState>>[];

/** Tasks in a bucket, about. */
const BUCKET = 32;

/** Told of every change of the table that it stands with. */
export interface Follower {
  taskChanged(id: string, change: { before: TaskState; after: TaskState; table: TaskTable }): void;
}

const followers = new WeakMap<TaskTable, Follower>();

export function newTable(tasks: readonly (readonly [string, TaskState])[]): TaskTable {
  const buckets = Array.from({ length: Math.max(1, Math.ceil(tasks.length / BUCKET)) }, () => ({}));
  const table: Record<string, TaskState>[] = buckets;
  for (const [id, task] of tasks) {
    const bucket = table[bucketOf(id, table.length)];
    if (bucket !== undefined) bucket[id] = task;
  }
  return table;
}

/** FNV-1a: the same everywhere, for ever. */
function bucketOf(id: string, buckets: number): number {
  if (buckets === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % buckets;
}

export function findTask(table: TaskTable, id: string): TaskState | undefined {
  return table[bucketOf(id, table.length)]?.[id];
}

export function setTask(table: TaskTable, id: string, task: TaskState): TaskTable {
  const at = bucketOf(id, table.length);
  const bucket = table[at];
  const before = bucket?.[id];
  const next = table.slice();
  next[at] = { ...bucket, [id]: task };
  const follower = followers.get(table);
  if (follower !== undefined && before !== undefined) {
    followers.delete(table);
    follower.taskChanged(id, { before, after: task, table: next });
    followers.set(next, follower);
  }
  return next;
}

export function followTable(table: TaskTable, follower: Follower): void {
  followers.set(table, follower);
}

export function followerOf(table: TaskTable): Follower | undefined {
  return followers.get(table);
}
