/**
 * What the language has and the compiler compiles, but the core does not decide on yet. Such a spec is refused: a
 * campaign that ignored what it says would not do what it says. The list gets shorter as the core learns; the last
 * entry goes together with this file.
 */
import type { Problem } from './problem.js';
import { valueAt, type Written } from './spec-written.js';
import { NEED_KINDS } from './spec-need.js';
import type { Outline } from './spec-outline.js';
import { isMapping, keysAt, notYet } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';

export type Feature =
  | 'contracts'
  | 'drafts'
  | 'late needs'
  | 'group needs'
  | 'waits for some'
  | 'group timeouts'
  | 'pools'
  | 'locks'
  | 'roles'
  | 'clock deadlines'
  | 'partial work';

/** Shorten this one list as the core learns. */
export const undecided: readonly Feature[] = ['contracts', 'drafts'];

type Mapping = 'top' | 'limits' | 'agent' | 'group' | 'task' | 'need';

interface Trace {
  readonly in: readonly Mapping[];
  readonly key: string;
  /** Default: always. */
  readonly when?: (value: unknown) => boolean;
}

const traces: Readonly<Record<Feature, readonly Trace[]>> = {
  contracts: [
    { in: ['top'], key: 'contracts' },
    { in: ['task'], key: 'publishes' },
    { in: ['need'], key: 'contract' },
  ],
  drafts: [
    { in: ['task'], key: 'draftAfter' },
    { in: ['need'], key: 'draft' },
  ],
  'late needs': [{ in: ['need'], key: 'finish' }],
  'group needs': [{ in: ['need'], key: 'group' }],
  'waits for some': [
    { in: ['group'], key: 'wait', when: (value) => value !== 'all' },
    { in: ['group'], key: 'rest' },
  ],
  'group timeouts': [
    { in: ['group'], key: 'timeout' },
    { in: ['group'], key: 'buffer' },
  ],
  pools: [
    { in: ['top'], key: 'pools' },
    { in: ['task'], key: 'uses' },
  ],
  locks: [
    { in: ['task'], key: 'reads' },
    { in: ['task'], key: 'intends' },
  ],
  roles: [{ in: ['limits', 'agent'], key: 'roles' }],
  'clock deadlines': [{ in: ['limits'], key: 'deadline', when: isMapping }],
  'partial work': [{ in: ['task'], key: 'partial', when: (value) => value === 'accept' }],
};

const labels: Readonly<Record<Mapping, string>> = {
  top: 'at the top',
  limits: 'in limits',
  agent: 'in an agent',
  group: 'in a group',
  task: 'in a task',
  need: 'in a need',
};

export function findUndecided(
  outline: Outline,
  written: Written,
  features: readonly Feature[],
): readonly Problem[] {
  if (features.length === 0) return [];
  const wanted = features.flatMap((feature) => traces[feature]);
  return mappingsOf(outline, written.value).flatMap(([mapping, path]) =>
    wanted
      .filter((trace) => trace.in.includes(mapping))
      .flatMap(({ key, when }) => {
        const value = valueAt(written.value, [...path, key]);
        if (value === undefined || when?.(value) === false) return [];
        return [notYet(`the key "${key}" ${labels[mapping]}`, written.placeOf([...path, key], 'key'))];
      }),
  );
}

function mappingsOf(outline: Outline, root: unknown): readonly (readonly [Mapping, SpecPath])[] {
  const needs = outline.tasks.flatMap((task) => task.needs).filter(({ kind }) => isNeedKey(kind));
  const groups = outline.groups.flatMap(({ path }) => (path === null ? [] : [path]));
  return [
    ['top', []],
    ['limits', ['limits']],
    ...keysAt(root, ['agents']).map((name) => ['agent', ['agents', name]] as const),
    ...groups.map((path) => ['group', path] as const),
    ['task', ['defaults']],
    ...outline.tasks.map(({ path }) => ['task', path] as const),
    ...needs.map(({ path }) => ['need', path] as const),
  ];
}

function isNeedKey(kind: string): boolean {
  return NEED_KINDS.some((known) => known === kind);
}
