/** Synthetic plans for the benchmarks of the engine: what the shapes have in common is 100 turns at once. */
import type { Plan } from '../src/core/plan.js';
import { buildPlan, type TaskSketch } from '../tests/core/plan-builder.js';

/** No needs; layers of 100 that need two of the layer before; groups of ten with pools and locks. */
export type Shape = 'flat' | 'layered' | 'resources';
export const SHAPES: readonly Shape[] = ['flat', 'layered', 'resources'];

const AT_ONCE = 100;
const LAYER = 100;
const AREAS = 200;

export function enginePlan(shape: Shape, size: number): Plan {
  const tasks = Array.from({ length: size }, (_, index) => taskOf({ shape, size }, index));
  const perGroup = shape === 'flat' ? size : shape === 'layered' ? LAYER : 10;
  const groups = Array.from({ length: Math.ceil(size / perGroup) }, (_, index) =>
    tasks.slice(index * perGroup, (index + 1) * perGroup),
  );
  return buildPlan({
    phases: [groups],
    instances: AT_ONCE,
    maxTurns: AT_ONCE,
    pools: shape === 'resources' ? [{ name: 'browser', capacity: 40 }] : [],
    paths: shape === 'resources' ? Array.from({ length: AREAS }, (_, area) => `src/area${area}/**`) : [],
    overlaps: shape === 'resources' ? Array.from({ length: AREAS }, (_, area) => [area]) : [],
  });
}

/** Titles as people write them: no two alike. */
function taskOf({ shape, size }: { shape: Shape; size: number }, index: number): TaskSketch {
  const id = idOf(index);
  const mergeAtOnce = shape === 'layered' && index + LAYER < size;
  const sketch = { id, mergeAtOnce, title: `Write the tests of module ${index} and mend what they find` };
  if (shape === 'layered' && index >= LAYER) return { ...sketch, needs: needsOf(index) };
  if (shape !== 'resources') return sketch;
  return {
    ...sketch,
    uses: index % 3 === 0 ? [{ pool: 'browser', units: 1 }] : [],
    claims: [{ path: (index * 7) % AREAS, mode: index % 5 === 0 ? 'shared' : 'exclusive' }],
  };
}

function needsOf(index: number): readonly string[] {
  const before = index - (index % LAYER) - LAYER;
  return [...new Set([before + (index % LAYER), before + ((index * 31) % LAYER)])].map(idOf);
}

function idOf(index: number): string {
  return `t${String(index + 1).padStart(5, '0')}`;
}
