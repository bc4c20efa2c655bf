/** A rule about rounds over rounds: `max` is of each list, and each task of the round before has one. */
import type { LintRule } from './lint-view.js';
import { mostMade } from './round-depth.js';
import { limitsOf } from './spec-addition.js';
import { roundOf } from './spec-round-wish.js';

export const warnOfManyMade: LintRule = (view) => {
  const { tasks: allowed } = limitsOf(view.root);
  const { tasks } = view.outline;
  const known = new Map(tasks.map((task) => [task.id, task]));
  return tasks.flatMap(({ id, path, value }) => {
    const wish = roundOf(value);
    if (wish === null) return [];
    const { lists, all } = mostMade(id, known);
    if (lists === 1 || all <= allowed) return [];
    return [
      view.warn([...path, 'forEach'], {
        code: 'spec/many-made',
        message: `the round "${id}" may come to ${all} tasks, as max (${wish.max}) is of each list and "${wish.task}" may come to ${lists}, and limits.tasks allows ${allowed}`,
        hint: `write a smaller max for "${id}" or "${wish.task}", or limits: { tasks: ${all} }`,
      }),
    ];
  });
};
