/** Pools that tasks use must be there, with as many units as a task takes at once. */
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-written.js';
import type { Outline } from './spec-outline.js';
import { keysAt, problemAt } from './spec-problem.js';
import { suggest } from './spec-suggest.js';

export function checkPools(outline: Outline, written: Written): readonly Problem[] {
  const pools = keysAt(written.value, ['pools']);
  return outline.tasks.flatMap(({ id, path }) =>
    keysAt(written.value, [...path, 'uses']).flatMap((pool): readonly Problem[] => {
      const at = [...path, 'uses', pool];
      if (!pools.includes(pool)) {
        const meant = suggest(pool, pools);
        return [
          problemAt(written, at, {
            code: 'spec/unknown-pool',
            message: `task "${id}" uses the pool "${pool}", but pools has no "${pool}"`,
            hint: meant === null ? `add pools: { ${pool}: 1 }` : `did you mean "${meant}"?`,
          }),
        ];
      }
      const [units, capacity] = [valueAt(written.value, at), valueAt(written.value, ['pools', pool])];
      if (typeof units !== 'number' || typeof capacity !== 'number' || units <= capacity) return [];
      return [
        problemAt(written, at, {
          code: 'spec/pool-too-small',
          message: `task "${id}" uses ${units} units of the pool "${pool}", which has only ${capacity}, so it could never start`,
          hint: `use at most ${capacity}, or write pools: { ${pool}: ${units} }`,
        }),
      ];
    }),
  );
}
