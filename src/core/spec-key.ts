/** Which keys belong where: those of this version, and those that the format has and this version does not do yet. */
import {
  agentSchema,
  contractSchema,
  defaultsSchema,
  forEachSchema,
  groupSchema,
  integrationSchema,
  needSchema,
  phaseSchema,
  specSchema,
  taskSchema,
} from './spec-schema.js';
import { deadlineSchema, limitsSchema } from './spec-limit.js';
import { accountSchema, budgetSchema, priceFields } from './spec-money.js';
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

const laterOfTask = ['output', 'accept', 'budget'];

const contexts = {
  top: context('at the top', specSchema, ['onFinish']),
  limits: context('in limits', limitsSchema, []),
  budget: context('in a budget', budgetSchema, []),
  account: context('in an account', accountSchema, []),
  deadline: context('in a deadline', deadlineSchema, []),
  contract: context('in a contract', contractSchema, []),
  agent: context('in an agent', agentSchema, ['resources', 'sandbox']),
  defaults: context('in defaults', defaultsSchema, laterOfTask),
  integration: context('in integration', integrationSchema, ['readiness']),
  price: context('in a price', priceFields, []),
  phase: context('in a phase', phaseSchema, []),
  group: context('in a group', groupSchema, []),
  task: context(
    'in a task',
    taskSchema,
    laterOfTask.filter((key) => key === 'accept'),
  ),
  need: context('in a need', needSchema, []),
  forEach: context('in forEach', forEachSchema, []),
};

/** Where each mapping stands; `#` is any index. */
const places: readonly (readonly [RegExp, SpecContext])[] = [
  [/^$/, contexts.top],
  [/^limits$/, contexts.limits],
  [/^limits\.deadline$/, contexts.deadline],
  [/(^|\.)budget$/, contexts.budget],
  [/^accounts\.[^.]*$/, contexts.account],
  [/^defaults$/, contexts.defaults],
  [/^(phases\.#\.)?integration$/, contexts.integration],
  [/^agents\.[^.]*$/, contexts.agent],
  [/^contracts\.[^.]*$/, contexts.contract],
  // Names of models have dots.
  [/^prices\..+$/, contexts.price],
  [/^phases\.#$/, contexts.phase],
  [/^phases\.#\.groups\.#$/, contexts.group],
  [/(^|\.)tasks\.#$/, contexts.task],
  [/(^|\.)tasks\.#\.needs\.#$/, contexts.need],
  [/(^|\.)tasks\.#\.forEach$/, contexts.forEach],
];

/** The mapping that stands at this path; null where the format has none there. */
export function contextAt(path: SpecPath): SpecContext | null {
  const shape = path.map((step) => (typeof step === 'number' ? '#' : step)).join('.');
  return places.find(([place]) => place.test(shape))?.[1] ?? null;
}

/** Values by their key; the feature is named as the user would write it. */
const laterValues: Readonly<Record<string, (value: unknown) => boolean>> = {
  deliver: (value) => value === 'pull-request',
};

/** What a value asks for that the format has and this version does not do yet; null where it asks for no such thing. */
export function laterFeature(path: SpecPath, value: unknown): string | null {
  const key = path.at(-1);
  if (typeof key !== 'string') return null;
  const isLater = Object.hasOwn(laterValues, key) && laterValues[key]?.(value) === true;
  return isLater ? `${key}: ${String(value)}` : null;
}
