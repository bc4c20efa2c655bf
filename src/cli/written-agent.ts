import { valueAt } from '../core/spec-written.js';

/** An agent as far as a campaign file, which may be wrong, tells of it. */
export interface WrittenAgent {
  readonly name: string;
  readonly adapter: string | null;
  readonly run: readonly string[];
  readonly model: string | null;
  readonly env: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export function readAgents(root: unknown): readonly WrittenAgent[] {
  const agents = valueAt(root, ['agents']);
  if (typeof agents !== 'object' || agents === null || Array.isArray(agents)) return [];
  return Object.keys(agents).map((name) => {
    const at = (key: string): unknown => valueAt(agents, [name, key]);
    return {
      name,
      adapter: textOf(at('adapter')),
      run: textsOf(at('run')),
      model: textOf(at('model')),
      env: textsOf(at('env')),
      options: mappingOf(at('options')),
    };
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
