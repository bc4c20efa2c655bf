/** Builders for tests: a status, tasks and spans with what a test does not care about filled in. */
import type { BlockerStatus, ContractStatus, Span, Status, TaskStatus } from '../../src/core/status.js';

const START = '2026-11-21T09:00:00.000Z';
const START_MS = Date.parse(START);

export function at(minutes: number): string {
  return new Date(START_MS + minutes * 60_000).toISOString();
}

export function atMs(minutes: number): number {
  return START_MS + minutes * 60_000;
}

/** Where the facts don't say otherwise, a task has had one attempt. */
function isRunning({ step = 'waiting' }: Partial<TaskStatus>): boolean {
  return ['preparing', 'turning', 'verifying'].includes(step);
}

export function makeTask(id: string, facts: Partial<TaskStatus> = {}): TaskStatus {
  return {
    id,
    title: `Do ${id}`,
    phase: 'build',
    group: 'build/core',
    state: 'waiting',
    step: 'waiting',
    waitReasons: [],
    attempts: 0,
    turns: 0,
    turn: isRunning(facts) ? (facts.turns ?? 0) + 1 : (facts.turns ?? 0),
    agent: null,
    lane: null,
    branch: `longhaul/cart/backend/${id}`,
    session: null,
    startedAt: null,
    endedAt: null,
    costUsd: 0,
    costComplete: facts.costUsd !== null,
    inputTokens: 0,
    outputTokens: 0,
    progress: null,
    doing: '',
    note: '',
    ...facts,
  };
}

export function makeStatus(tasks: readonly TaskStatus[], facts: Partial<Status> = {}): Status {
  return {
    id: 'cart',
    name: 'Shopping cart',
    state: 'running',
    phase: 'build',
    costUsd: null,
    startedAt: START,
    endedAt: null,
    message: '',
    tasks,
    blockers: [],
    accounts: [],
    revision: 1,
    ...facts,
  };
}

export function makeBlocker(id: string, facts: Partial<BlockerStatus> = {}): BlockerStatus {
  return {
    id,
    task: 'payment',
    severity: 'high',
    description: 'Which currency do prices have?',
    state: 'open',
    raisedAt: at(30),
    answer: null,
    ...facts,
  };
}

export function makeContract(name: string, facts: Partial<ContractStatus> = {}): ContractStatus {
  return {
    name,
    version: '1.0.0',
    state: 'published',
    author: 'design',
    provider: 'api',
    consumers: ['api', 'ui'],
    pending: [],
    ...facts,
  };
}

/** A span in minutes from the start. */
export function makeSpan(
  task: string,
  times: readonly [start: number, end: number],
  facts: Partial<Span> = {},
): Span {
  const [start, end] = times;
  return {
    task,
    lane: 'claude#1',
    kind: 'turn',
    attempt: 1,
    turn: 1,
    outcome: 'done',
    startedAt: at(start),
    endedAt: at(end),
    ...facts,
  };
}

/** A task that ended done in one turn. */
export function makeDone(id: string, times: readonly [start: number, end: number]): TaskStatus {
  const [start, end] = times;
  const ran = { attempts: 1, turns: 1, agent: 'claude', lane: 'claude#1', costUsd: 0.5 };
  return makeTask(id, { ...ran, state: 'done', step: 'ended', startedAt: at(start), endedAt: at(end) });
}
