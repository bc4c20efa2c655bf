/**
 * A campaign's activities without git and agents. A turn does what every short one does towards its campaign: it asks
 * for admission. (One of more than two seconds tells that it has begun, too.)
 */
import type { CampaignLink } from '../src/activities/deps.js';
import type { Activities } from '../src/core/ports.js';
import { goodMerge, goodPublish } from '../src/core/simulate.js';

const ok = { ok: true, failure: null } as const;

export function createNoOpActivities(
  campaigns: CampaignLink,
  queues: { readonly hostQueue: string; readonly turnQueue: string },
): Activities {
  return {
    prepareWorktree: () => Promise.resolve({ ...ok, ...queues, host: 'bench', start: 's', conflicts: [] }),
    runTurn: async ({ campaign, order: { task, gen } }) => {
      const startedAtMs = Date.now();
      const { admitted, why } = await campaigns.admission(campaign, task, gen);
      if (!admitted) throw new Error(`${task} was not admitted: ${why}`);
      const session = `session-of-${task}`;
      const usage = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
      const said = { session, summary: `did ${task}`, blocker: null, review: null, usage };
      return { ...ok, begun: true, outcome: 'done', ...said, startedAtMs, endedAtMs: Date.now() };
    },
    checkpoint: ({ order }) =>
      Promise.resolve({ ...ok, commit: `${order.task}@${order.gen}`, changed: 1, findings: [] }),
    verify: ({ commit }) =>
      Promise.resolve({ ...ok, commit, startedAtMs: Date.now(), endedAtMs: Date.now() }),
    merge: ({ tasks }) => Promise.resolve(tasks.map((task) => goodMerge(task, Date.now()))),
    extend: () => Promise.reject(new Error('no campaign of the bench has rounds')),
    publish: ({ publications }) => Promise.resolve(publications.map(({ key }) => goodPublish(key))),
    deliver: () => Promise.resolve({ outcome: 'delivered', message: '', branch: 'b', head: 'h' }),
    describeTasks: () => Promise.resolve({ gone: [] }),
    lookForCampaign: () => Promise.resolve({ open: true }),
    keepPlan: () => Promise.resolve(),
    writeReport: () => Promise.resolve(),
    notify: () => Promise.resolve(),
  };
}
