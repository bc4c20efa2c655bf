/** A spec's plain data, of whatever shape, and where each thing is written. */
import type { PlaceOf, SpecPath } from './spec-source.js';

export interface Written {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

export function valueAt(root: unknown, path: SpecPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
