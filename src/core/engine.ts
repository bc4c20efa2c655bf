/**
 * The core's one step, which every host runs: the campaign workflow, the simulator, the tests. Events go in; the state,
 * with what the world has to do in its outbox, comes out, and the time at which to look again.
 */
import { nextTurnMs } from './account.js';
import { openPublications } from './apply-publish.js';
import { amend, type Campaign } from './amend.js';
import { applyExtended } from './apply-extended.js';
import { apply } from './apply.js';
import { deadlineDueMs } from './deadline.js';
import { checkEveryMs, decide } from './decide.js';
import { runningClocks } from './group.js';
import { mergeIsOut } from './integration.js';
import { locksOf } from './lock-table.js';
import type { Plan } from './plan.js';
import { reminderDueMs } from './reminder.js';
import { expiryMs } from './settle-lock.js';
import { taskState, type CampaignState, type Command, type Event } from './state.js';
import type { Extended, PlanChanged } from './plan-change.js';
import { indexOf } from './task-index.js';

/** What can happen to a campaign: to its state, or to its plan. */
export type CampaignEvent = Event | PlanChanged | Extended;

/** More rounds than any state needs: each command is applied at most once for each task. */
const MOST_ROUNDS = 10_000;

export function advance(plan: Plan, state: CampaignState, events: readonly Event[]): CampaignState {
  let next = events.reduce((so, event) => apply(plan, so, event), state);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const commands = decide(plan, next);
    if (commands.length === 0) return next;
    next = commands.reduce((so, command) => applyDecided(plan, so, command), next);
  }
  throw new Error('stuck, this is a bug: decide proposes without end');
}

/** The same, of a campaign that may be given another plan on the way. */
export function advanceCampaign(campaign: Campaign, events: readonly CampaignEvent[]): Campaign {
  const { plan, state } = takeEvents(campaign, events);
  return { plan, state: advance(plan, state, []) };
}

/** What people say counts at once; what follows from it is decided later. */
export function takeEvents(campaign: Campaign, events: readonly CampaignEvent[]): Campaign {
  return events.reduce(takeEvent, campaign);
}

function takeEvent(so: Campaign, event: CampaignEvent): Campaign {
  if (event.event === 'planChanged') return amend(so, event);
  if (event.event === 'extended') return applyExtended(so, event);
  return { plan: so.plan, state: apply(so.plan, so.state, event) };
}

function applyDecided(plan: Plan, state: CampaignState, command: Command): CampaignState {
  return apply(plan, state, { event: 'decided', atMs: state.nowMs, command });
}

/** When something is due that no event announces, and why. */
export interface Due {
  readonly atMs: number;
  /** For people: the timer's summary in the Temporal UI. */
  readonly why: string;
}

/** The next thing that is due; null = only an event can change anything. */
export function nextDue(plan: Plan, state: CampaignState): Due | null {
  if (state.end !== null) return null;
  const dues = [
    ...taskDues(plan, state),
    ...accountDues(plan, state),
    ...publishDues(state),
    ...lockDues(plan, state),
    ...blockerDues(state),
    ...campaignDues(plan, state),
  ];
  return dues.reduce<Due | null>(
    (least, due) => (least === null || due.atMs < least.atMs ? due : least),
    null,
  );
}

function taskDues(plan: Plan, state: CampaignState): readonly Due[] {
  const { resting, mergeLater } = indexOf(plan, state);
  const dues: Due[] = [];
  for (const id of resting) {
    const { life } = taskState(state, id);
    if (life.is === 'resting')
      dues.push({ atMs: life.untilMs, why: `${id} rests after a failure that passes by itself` });
  }
  for (const id of mergeLater) {
    const { life } = taskState(state, id);
    if (life.is === 'integrating' && life.notBeforeMs > state.nowMs)
      dues.push({ atMs: life.notBeforeMs, why: `the merge of ${id} is tried again` });
  }
  return dues;
}

function publishDues(state: CampaignState): readonly Due[] {
  if (mergeIsOut(state) || state.stopping !== null) return [];
  return openPublications(state).map(({ task, notBeforeMs }) => ({
    atMs: notBeforeMs,
    why: `what ${task} published is tried to be merged again`,
  }));
}

function lockDues(plan: Plan, state: CampaignState): readonly Due[] {
  if (state.stopping !== null) return [];
  return locksOf(plan, state).held.flatMap((lock) => {
    const atMs = expiryMs(state, lock);
    return atMs === null ? [] : [{ atMs, why: `a lock of ${lock.task} expires` }];
  });
}

function blockerDues({ blockers, stopping }: CampaignState): readonly Due[] {
  if (stopping !== null) return [];
  return blockers.flatMap((blocker) => {
    const atMs = reminderDueMs(blocker);
    return atMs === null ? [] : [{ atMs, why: `people are told again of ${blocker.id}` }];
  });
}

function accountDues(plan: Plan, state: CampaignState): readonly Due[] {
  const { waitingByAccount } = indexOf(plan, state);
  return Object.values(state.accounts).flatMap((account) => {
    const atMs = nextTurnMs(account, state.nowMs);
    if (atMs === null || atMs === Infinity || (waitingByAccount.get(account.name) ?? 0) === 0) return [];
    return [{ atMs, why: `the account ${account.name} goes on: ${account.why}`.slice(0, 180) }];
  });
}

function campaignDues(plan: Plan, state: CampaignState): readonly Due[] {
  const running = indexOf(plan, state).load.turns > 0;
  const dues: Due[] = [];
  if (running || mergeIsOut(state) || state.additions.out !== null || state.delivery === 'ordered') {
    dues.push({
      atMs: state.checkedAtMs + checkEveryMs(state),
      why: 'look whether every executor is still there',
    });
  }
  // While the campaign stops, no deadline is acted on: one that has passed would be due again and again.
  if (state.paused !== null || state.stopping !== null) return dues;
  const deadlineMs = deadlineDueMs(plan, state);
  if (deadlineMs !== null) dues.push({ atMs: deadlineMs, why: 'the deadline' });
  for (const { group, leftMs } of runningClocks(plan, state))
    dues.push({ atMs: state.nowMs + Math.max(0, leftMs), why: `the timeout of group ${group}` });
  return dues;
}

/** The campaign is over, its report is written, and nothing is left to be acknowledged. */
export function isOver(state: CampaignState): boolean {
  return state.end !== null && state.reported === 'yes' && state.outbox.length === 0;
}
