/** Rounds over rounds: how deep, and how many. */
import type { OutlineTask } from './spec-outline.js';
import { roundOf } from './spec-round-wish.js';

interface Tasks {
  readonly tasks: ReadonlyMap<string, OutlineTask>;
  /** 0 for the file's own tasks. */
  readonly depthOf: (id: string) => number;
}

/** How many times over what is made of this template comes of what came while the campaign ran. */
export function madeDepth(template: string, at: Tasks, seen: readonly string[] = []): number {
  const value = at.tasks.get(template)?.value;
  const source = value === undefined ? undefined : at.tasks.get(roundOf(value)?.task ?? '');
  const own = at.depthOf(template);
  if (source === undefined || seen.includes(template)) return own + 1;
  const isTemplate = roundOf(source.value) !== null;
  const before = isTemplate ? madeDepth(source.id, at, [...seen, template]) : at.depthOf(source.id);
  return Math.max(own, before) + 1;
}

/** How many tasks may come of this template: `max` is of each list, and of a round over a round there are many. */
export function mostMade(
  template: string,
  tasks: Tasks['tasks'],
  seen: readonly string[] = [],
): { readonly lists: number; readonly all: number } {
  const wish = roundOf(tasks.get(template)?.value ?? {});
  if (wish === null || seen.includes(template)) return { lists: 1, all: 1 };
  const { all: lists } = mostMade(wish.task, tasks, [...seen, template]);
  return { lists, all: lists * wish.max };
}
