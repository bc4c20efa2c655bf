/**
 * Activities without git and agents, so that the workflows can be tested alone on a real server. A turn does what the
 * test's script says, is recorded, and ends when it is interrupted.
 */
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { cutValue, joinValue } from '../../src/core/parts.js';
import type { Plan } from '../../src/core/plan.js';
import type { Client } from '@temporalio/client';
import type {
  Activities,
  Extension,
  ExtendInput,
  MergeFacts,
  MergeTask,
  TaskInput,
  TurnFacts,
  VerifyFacts,
} from '../../src/core/ports.js';
import { goodMerge, goodPublish } from '../../src/core/simulate.js';
import type { Notice } from '../../src/core/notice.js';
import type { Failure } from '../../src/core/turn.js';
import { admissionQuery, extendedSignal } from '../../src/workflows/messages.js';

export interface Turn {
  readonly task: string;
  readonly gen: number;
  readonly attempt: number;
  readonly turn: number;
  readonly ask: string;
  readonly note: string | null;
  readonly session: string | null;
  readonly try: number;
}

export interface Script {
  /** What a turn achieves; done by default. May wait; gets the interrupt. */
  readonly turn?: (turn: Turn, interrupted: AbortSignal) => Partial<TurnFacts> | Promise<Partial<TurnFacts>>;
  readonly verify?: (turn: Turn) => Failure | null;
  readonly merge?: (task: MergeTask) => Partial<MergeFacts>;
  /** What passes while a turn's work is checked, and while it is delivered; gets the interrupt. */
  readonly checking?: (interrupted: AbortSignal) => Promise<void>;
  readonly delivering?: () => Promise<void>;
  /** What comes of an order to extend the plan. */
  readonly extend?: (input: Omit<ExtendInput, 'campaign'>) => Promise<Extension>;
  /** What passes while people are told. */
  readonly telling?: (notice: Notice) => Promise<void>;
  /** What passes before an order's merges. */
  readonly merging?: () => Promise<void>;
}

export interface StandIn {
  readonly activities: Activities;
  readonly turns: Turn[];
  /** Tasks that were merged, and the tasks of each order. */
  readonly merges: string[];
  readonly mergeOrders: string[][];
  /** What was published in the middle of turns: `api: cart-api`, `api: draft`. */
  readonly publications: string[];
  readonly plans: Plan[];
  /** Keys of the orders to extend the plan, for each try. */
  readonly extensions: string[];
  readonly reports: unknown[];
  readonly notes: string[];
  /** Turns that live at this moment, and the most of one task that ever lived at once. */
  readonly live: Map<string, number>;
  mostOfOneTask: number;
}

export function failure(given: Partial<Failure>): Failure {
  const base = {
    class: 'transient',
    message: 'it broke',
    signature: 'x',
    resetAtMs: null,
    retryAfterMs: null,
    evidence: null,
  } as const;
  return { ...base, ...given };
}

export function standIn(client: Client, script: Script, taskQueue: string): StandIn {
  const self: StandIn = {
    activities: {} as Activities,
    turns: [],
    merges: [],
    mergeOrders: [],
    publications: [],
    plans: [],
    extensions: [],
    reports: [],
    notes: [],
    live: new Map(),
    mostOfOneTask: 0,
  };
  const activities: Activities = {
    prepareWorktree: () =>
      Promise.resolve({
        ok: true,
        failure: null,
        host: 'h',
        hostQueue: taskQueue,
        turnQueue: taskQueue,
        start: 's',
        conflicts: [],
      }),
    runTurn: (input) => runTurn({ client, script, self }, input),
    checkpoint: ({ order }) =>
      Promise.resolve({
        ok: true,
        failure: null,
        commit: `${order.task}@${order.gen}`,
        changed: 1,
        findings: [],
      }),
    verify: async ({ order, commit }): Promise<VerifyFacts> => {
      const now = Date.now();
      const beat = setInterval(() => heartbeat(), 200);
      await script.checking?.(cancellationSignal()).finally(() => clearInterval(beat));
      clearInterval(beat);
      const problem = script.verify?.(self.turns.findLast((turn) => turn.task === order.task)!) ?? null;
      return { ok: problem === null, failure: problem, commit, startedAtMs: now, endedAtMs: now };
    },
    merge: async ({ tasks }) => {
      self.mergeOrders.push(tasks.map(({ task }) => task));
      await script.merging?.();
      const merges = tasks.map((each) => ({ ...goodMerge(each, Date.now()), ...script.merge?.(each) }));
      const failed = merges.findIndex(({ outcome }) => outcome !== 'merged');
      const tried = failed === -1 ? merges : merges.slice(0, failed + 1);
      self.merges.push(...tried.flatMap(({ task, outcome }) => (outcome === 'merged' ? [task] : [])));
      return tried;
    },
    publish: ({ publications }) => {
      self.publications.push(...publications.map(({ task, name }) => `${task}: ${name || 'draft'}`));
      return Promise.resolve(publications.map(({ key }) => goodPublish(key)));
    },
    extend: async ({ campaign, order, ...input }) => {
      self.extensions.push(order);
      const extension = (await script.extend?.(input)) ?? { plan: null, problems: ['There is nothing.'] };
      const parts = cutValue({ order, ...extension });
      await client.workflow.getHandle(campaign).signal(extendedSignal, ...parts);
    },
    deliver: async () => {
      await script.delivering?.();
      return { outcome: 'delivered', message: 'on longhaul/test/main', branch: 'b', head: 'h' };
    },
    describeTasks: async ({ tasks }) => {
      const open = await Promise.all(tasks.map((id) => isOpen(client, id)));
      return { gone: tasks.filter((_, index) => !open[index]) };
    },
    lookForCampaign: async ({ campaign }) => ({ open: await isOpen(client, campaign) }),
    keepPlan: (...parts) => Promise.resolve(void self.plans.push(joinValue(parts).plan)),
    writeReport: (...parts) => Promise.resolve(void self.reports.push(joinValue(parts).report)),
    notify: async ({ notice }) => {
      self.notes.push(notice.text);
      await script.telling?.(notice);
    },
  };
  return Object.assign(self, { activities });
}

async function isOpen(client: Client, id: string): Promise<boolean> {
  const found = await client.workflow
    .getHandle(id)
    .describe()
    .catch(() => null);
  return found?.status.name === 'RUNNING';
}

interface At {
  readonly client: Client;
  readonly script: Script;
  readonly self: StandIn;
}

async function runTurn({ client, script, self }: At, { campaign, order }: TaskInput): Promise<TurnFacts> {
  const startedAtMs = Date.now();
  const facts = (given: Partial<TurnFacts>): TurnFacts => {
    const outcome = given.outcome ?? 'done';
    const usage = { inputTokens: 10, outputTokens: 1, costUsd: 0.01 };
    const rest = {
      begun: true,
      failure: null,
      session: `s-${order.task}-${order.attempt}`,
      summary: `did ${order.task}`,
      blocker: null,
      review: null,
      usage,
    };
    return { ok: outcome === 'done', outcome, startedAtMs, endedAtMs: Date.now(), ...rest, ...given };
  };
  const [admission] = await client.workflow
    .getHandle(campaign)
    .query(admissionQuery, { turns: [{ task: order.task, gen: order.gen }] });
  if (admission?.admitted !== true)
    return facts({ outcome: 'interrupted', begun: false, summary: admission!.why, session: order.session });
  const { task, gen, attempt, turn, ask, note, session } = order;
  const record: Turn = { task, gen, attempt, turn, ask, note, session, try: activityInfo().attempt };
  self.turns.push(record);
  const live = (self.live.get(task) ?? 0) + 1;
  self.live.set(task, live);
  self.mostOfOneTask = Math.max(self.mostOfOneTask, live);
  const beat = setInterval(() => heartbeat(), 200);
  try {
    return facts((await script.turn?.(record, cancellationSignal())) ?? {});
  } finally {
    clearInterval(beat);
    self.live.set(task, self.live.get(task)! - 1);
  }
}

/** A turn that goes on until it is interrupted. */
export async function untilInterrupted(signal: AbortSignal): Promise<Partial<TurnFacts>> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  return { outcome: 'interrupted', summary: 'interrupted' };
}
