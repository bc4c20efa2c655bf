/** Tasks that ask for a model. */
import type { Problem } from './problem.js';
import { agentsNamedAt } from './spec-agent.js';
import type { Outline } from './spec-outline.js';
import { keyProblemAt, keysAt } from './spec-problem.js';
import { valueAt, type Written } from './spec-written.js';

/** Where none of its agents knows models, it would be said in vain. */
export function checkModels(outline: Outline, written: Written): readonly Problem[] {
  const namesAt = (path: Parameters<typeof agentsNamedAt>[1]) =>
    agentsNamedAt(written.value, path).map(({ name }) => name);
  const all = keysAt(written.value, ['agents']);
  return outline.tasks.flatMap(({ id, path, value }) => {
    if (value['model'] === undefined) return [];
    const named = [namesAt(path), namesAt(['defaults']), all].find((names) => names.length > 0) ?? [];
    const adapters = named.map((name) => valueAt(written.value, ['agents', name, 'adapter']));
    if (adapters.length === 0 || !adapters.every((adapter) => adapter === 'command')) return [];
    return [
      keyProblemAt(written, [...path, 'model'], {
        message: `task "${id}" has a model, and its agents (${named.join(', ')}) have the adapter command, which has no use for one`,
        hint: 'leave it out; a program of your own is told its model in run',
      }),
    ];
  });
}
