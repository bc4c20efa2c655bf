/** The only proxyActivities: which activity may take how long, and how often Temporal may try it. */
import { proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { Activities } from '../core/ports.js';

/**
 * A lost worker is noticed this long after its last heartbeat, at the latest. A worker that starts again on the same
 * host fails its lost turns itself, and they go on at once.
 */
const HEARTBEAT_TIMEOUT = '60 seconds';

/** What a turn may take beyond its own timeout: the kill ladder, and two minutes. */
const TURN_GRACE_MS = 150_000;

/** Short ones: answers within a minute, or is tried again. */
export const quick: ActivityInterfaceFor<Pick<Activities, 'describeTasks' | 'lookForCampaign'>> =
  proxyActivities({
    startToCloseTimeout: '1 minute',
    retry: { maximumInterval: '30 seconds', maximumAttempts: 10 },
  });

/** Never on the campaign's path: bounded, then noted. */
export const bestEffort: ActivityInterfaceFor<Pick<Activities, 'notify' | 'keepPlan' | 'writeReport'>> =
  proxyActivities({
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '5 minutes',
    // They have no heartbeat by which they could hear of it.
    cancellationType: 'TRY_CANCEL',
    retry: { maximumInterval: '10 seconds', maximumAttempts: 5 },
  });

/** Git, setup and tests: as long as they live they may take hours, and a lost worker is noticed by its heartbeats. */
export const work: ActivityInterfaceFor<
  Pick<Activities, 'prepareWorktree' | 'checkpoint' | 'verify' | 'merge' | 'publish' | 'extend' | 'deliver'>
> = proxyActivities({
  startToCloseTimeout: '6 hours',
  // What was interrupted has ended before its worktree is touched by what comes after.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 10 },
});

/**
 * The turn. Tried again soon where a worker was lost; whatever has to wait longer returns as an outcome. The timeout
 * that a task sets is kept by the activity itself, which interrupts the agent and returns; this one lies later.
 */
export function turnActivity(options: { taskQueue: string; timeoutMs: number; summary: string }) {
  const { runTurn } = proxyActivities<Pick<Activities, 'runTurn'>>({
    taskQueue: options.taskQueue,
    startToCloseTimeout: options.timeoutMs + TURN_GRACE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1 second', maximumInterval: '20 seconds', maximumAttempts: 20 },
    summary: options.summary,
  });
  return runTurn;
}
