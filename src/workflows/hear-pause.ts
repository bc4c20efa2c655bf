/** What people say of how much may run: pause and resume, of the campaign or a part of it, and how many turns at once. */
import { setHandler } from '@temporalio/workflow';
import { findPause, partNames, type Part } from '../core/part.js';
import type { Plan } from '../core/plan.js';
import { refuse } from './failures.js';
import { checkOpen, fieldsOf, stamp, textOf, type Fields, type Hearer } from './hearer.js';
import * as messages from './messages.js';
import type { Pause, Resume, SetParallel } from './messages.js';

/** As many as a spec may ask for. */
const MOST_TURNS = 1_000;

export function hearPauses(run: Hearer): void {
  hearPause(run);
  hearResume(run);
  hearParallel(run);
}

function hearPause(run: Hearer): void {
  const take = (input: unknown) => {
    const fields = fieldsOf(input);
    const why = textOf(fields.why) || 'a person paused it';
    run.take({ event: 'paused', ...stamp(fields.key), part: partOf(fields), why });
  };
  const description =
    'No new turns; running ones finish: { "why": "…" }, and, for a part of the campaign, "phase", "agent" or "account".';
  setHandler(messages.pauseSignal, take, { description });
  setHandler(
    messages.pauseUpdate,
    (input: Pause) => (
      take(input),
      `${sayPaused(partOf(fieldsOf(input)))}: running turns finish, no new ones begin.`
    ),
    { description, validator: (input: Pause) => checkPause(run, fieldsOf(input)) },
  );
}

function hearResume(run: Hearer): void {
  const take = (input: unknown) => {
    const fields = fieldsOf(input);
    run.take({ event: 'resumed', ...stamp(fields.key), part: partOf(fields) });
  };
  const description =
    'Goes on after a pause: { }, or { "phase": "build" }, { "agent": "codex" }, { "account": "team" }, whose limit it lifts too.';
  setHandler(messages.resumeSignal, take, { description });
  setHandler(messages.resumeUpdate, (input: Resume) => (take(input), sayResumed(partOf(fieldsOf(input)))), {
    description,
    validator: (input: Resume) => checkResume(run, fieldsOf(input)),
  });
}

function hearParallel(run: Hearer): void {
  const take = (input: unknown) => {
    const { key, agents } = fieldsOf(input);
    // An update with anything else is refused; a signal can only be passed over.
    if (isCount(agents)) run.take({ event: 'parallelSet', ...stamp(key), turns: agents });
  };
  const description = 'How many turns may run at once: { "agents": 8 }. Running ones finish.';
  setHandler(messages.setParallelSignal, take, { description });
  setHandler(
    messages.setParallelUpdate,
    (input: SetParallel) => (take(input), sayParallel(run.plan, input.agents)),
    { description, validator: (input: SetParallel) => checkParallel(run, fieldsOf(input)) },
  );
}

/** The first that is named; null = the campaign. */
function partOf(fields: Fields): Part | null {
  return partsOf(fields)[0] ?? null;
}

function partsOf(fields: Fields): readonly Part[] {
  return (['phase', 'agent', 'account'] as const).flatMap((part) => {
    const name = textOf(fields[part]);
    return name === '' ? [] : [{ part, name }];
  });
}

function sayPaused(part: Part | null): string {
  return part === null ? 'Paused' : `The ${part.part} ${part.name} is paused`;
}

function sayResumed(part: Part | null): string {
  if (part === null) return 'The campaign goes on.';
  const limit = part.part === 'account' ? ', and its limit is lifted' : '';
  return `The ${part.part} ${part.name} goes on${limit}.`;
}

function sayParallel(plan: Plan, turns: number): string {
  const lanes = plan.agents.reduce((sum, { instances }) => sum + instances, 0);
  const fewer = lanes < turns ? ` The agents have ${lanes} lanes, so no more than that run.` : '';
  return `Up to ${turns} turns run at once.${fewer}`;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_TURNS;
}

function checkPause(run: Hearer, fields: Fields): void {
  const { plan, state } = checkOpen(run);
  const part = checkPart(plan, fields);
  const paused = part === null ? state.paused : findPause(state, part);
  if (paused == null) return;
  const what = part === null ? 'It' : `The ${part.part} ${part.name}`;
  const asked = textOf(fields.why);
  throw refuse('campaign/paused', `${what} is paused already: ${paused.why}. Asked now: ${asked}.`);
}

function checkResume(run: Hearer, fields: Fields): void {
  checkPart(checkOpen(run).plan, fields);
}

function checkPart(plan: Plan, fields: Fields): Part | null {
  const parts = partsOf(fields);
  const [part] = parts;
  if (parts.length > 1)
    throw refuse(
      'campaign/many-parts',
      `One part at a time: expected phase, agent or account, not ${parts.map((each) => each.part).join(' and ')}.`,
    );
  if (part === undefined) return null;
  const names = partNames(plan, part.part);
  if (names.includes(part.name)) return part;
  throw refuse(
    UNKNOWN[part.part],
    `There is no ${part.part} ${part.name}. ${PLURALS[part.part]}: ${names.join(', ')}.`,
  );
}

const UNKNOWN = { phase: 'phase/unknown', agent: 'agent/unknown', account: 'account/unknown' } as const;
const PLURALS = { phase: 'Phases', agent: 'Agents', account: 'Accounts' } as const;

function checkParallel(run: Hearer, { agents }: Fields): void {
  checkOpen(run);
  if (!isCount(agents))
    throw refuse(
      'campaign/not-a-count',
      `Expected agents as a whole number from 1 to ${MOST_TURNS}, not ${JSON.stringify(agents ?? null)}.`,
    );
}
