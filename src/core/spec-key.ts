/** Which keys belong where: those of this version, and those that the format has and this version does not do yet. */
import {
  agentSchema,
  defaultsSchema,
  groupSchema,
  integrationSchema,
  limitsSchema,
  phaseSchema,
  specSchema,
  taskSchema,
} from './spec-schema.js';
import type { SpecPath } from './spec-source.js';

/** A mapping of the format. */
export interface SpecContext {
  /** For messages: "in a task". */
  readonly label: string;
  readonly keys: readonly string[];
  /** Keys of the format that a later version does. */
  readonly later: readonly string[];
}

function context(label: string, schema: { shape: object }, later: readonly string[]): SpecContext {
  return { label, keys: Object.keys(schema.shape), later };
}

const laterOfTask = [
  'reads',
  'intends',
  'uses',
  'publishes',
  'draftAfter',
  'forEach',
  'template',
  'vars',
  'output',
];

const contexts = {
  top: context('at the top', specSchema, [
    ...['vars', 'pools', 'accounts', 'contracts', 'onFinish', 'proposals', 'onCap', 'notify'],
  ]),
  limits: context('in limits', limitsSchema, ['budget', 'tasks', 'depth', 'roles']),
  agent: context('in an agent', agentSchema, ['roles', 'options', 'resources', 'settings', 'sandbox']),
  defaults: context('in defaults', defaultsSchema, ['partial', ...laterOfTask, 'accept', 'budget']),
  integration: context('in integration', integrationSchema, ['readiness']),
  phase: context('in a phase', phaseSchema, ['buffer']),
  group: context('in a group', groupSchema, ['rest', 'timeout', 'buffer']),
  task: context('in a task', taskSchema, [...laterOfTask, 'accept', 'budget', 'group']),
};

/** The mapping that stands at this path; null where the format has none there. */
export function contextAt(path: SpecPath): SpecContext | null {
  const shape = path.map((step) => (typeof step === 'number' ? '#' : step)).join('.');
  if (shape === '') return contexts.top;
  if (shape === 'limits') return contexts.limits;
  if (shape === 'defaults') return contexts.defaults;
  if (/^(phases\.#\.)?integration$/.test(shape)) return contexts.integration;
  if (path[0] === 'agents' && path.length === 2) return contexts.agent;
  if (shape === 'phases.#') return contexts.phase;
  if (shape === 'phases.#.groups.#') return contexts.group;
  return shape.endsWith('tasks.#') ? contexts.task : null;
}

const laterNeeds = ['contract', 'draft', 'finish', 'group'];

/** Values by their key; the feature is named as the user would write it. */
const laterValues: Readonly<Record<string, (value: unknown) => boolean>> = {
  wait: (value) => value === 'any' || typeof value === 'number',
  deliver: (value) => value === 'pull-request',
  at: (value) => value === 'end',
  partial: (value) => value === 'accept',
  adapter: (value) => value === 'codex' || value === 'acp',
};

/** What a value asks for that the format has and this version does not do yet; null where it asks for no such thing. */
export function laterFeature(path: SpecPath, value: unknown): string | null {
  const key = path.at(-1);
  if (typeof key === 'number') return path.at(-2) === 'needs' ? laterNeed(value) : null;
  if (key === undefined) return null;
  if (key === 'deadline' && typeof value === 'object' && value !== null) return 'a deadline by the clock';
  const isLater = Object.hasOwn(laterValues, key) && laterValues[key]?.(value) === true;
  return isLater ? `${key}: ${String(value)}` : null;
}

function laterNeed(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const kind = laterNeeds.find((known) => Object.hasOwn(value, known));
  return kind === undefined ? null : `a need of the kind "${kind}"`;
}
