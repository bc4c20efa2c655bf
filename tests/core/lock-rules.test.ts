/** What always holds of locks that agents ask for at run time, over random campaigns in a hostile world. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/core/apply.js';
import { circleOf } from '../../src/core/deadlock.js';
import { advance } from '../../src/core/engine.js';
import { globsOverlap } from '../../src/core/glob-pair.js';
import type { LockState } from '../../src/core/lock.js';
import type { LockMode, Plan } from '../../src/core/plan.js';
import { planTask } from '../../src/core/plan-index.js';
import { newCampaign, taskState, type CampaignState, type Event } from '../../src/core/state.js';
import { isWorking } from '../../src/core/task.js';
import { campaign, hostility } from './arbitrary-campaign.js';
import { eventsOf } from './amendment.js';
import { play } from './hostile-world.js';
import { assertRule } from './kept-seeds.js';

const runs = { numRuns: Number(process.env['LONGHAUL_CAMPAIGNS'] ?? 75) };
const lockful = hostility.map((world) => ({ ...world, locks: 0.8 }));

interface Held {
  readonly task: string;
  readonly path: string;
  readonly mode: LockMode;
}

const isHeld = ({ life }: LockState) => life.is === 'held';
const isQueued = ({ life }: LockState) => life.is === 'queued';

function held(plan: Plan, state: CampaignState): readonly Held[] {
  const declared = plan.tasks
    .filter(({ id }) => taskState(state, id).holds)
    .flatMap(({ id, claims }) =>
      claims.map(({ path, mode }): Held => {
        return { task: id, path: plan.paths[path]!, mode: mode === 'intent' ? 'exclusive' : mode };
      }),
    );
  const asked = state.locks.locks
    .filter(isHeld)
    .flatMap(({ task, paths, mode }) => paths.map((path): Held => ({ task, path, mode })));
  return [...declared, ...asked];
}

function conflict(one: Held, other: Held): boolean {
  const apart = one.task === other.task || (one.mode !== 'exclusive' && other.mode !== 'exclusive');
  return !apart && globsOverlap(one.path, other.path);
}

function partsOf({ task, paths, mode }: LockState): readonly Held[] {
  return paths.map((path) => ({ task, path, mode }));
}

function meets(parts: readonly Held[], others: readonly Held[]): boolean {
  return parts.some((part) => others.some((other) => conflict(part, other)));
}

/** Each event with the states around it, all that is decided after it included. */
function replay(plan: Plan, batches: readonly (readonly Event[])[], check: (at: Step) => void): void {
  let state = advance(plan, newCampaign('hostile', plan, 0), []);
  for (const event of batches.flat()) {
    const before = state;
    state = advance(plan, apply(plan, state, event), []);
    check({ before, after: state, event });
  }
}

interface Step {
  readonly before: CampaignState;
  readonly after: CampaignState;
  readonly event: Event;
}

/** Given back unchanged; or with its task's work, which is merged and may be sent back to be mended. */
function isGivenBack(event: Event, lock: LockState): boolean {
  if (event.event === 'lockReleased')
    return event.task === lock.task && event.id === lock.id && !event.changesMade;
  if (event.event !== 'mergeReported') return false;
  return event.report.merges.some(({ task, outcome }) => task === lock.task && outcome === 'merged');
}

describe('locks that are asked for at run time', () => {
  it('1: no two tasks hold conflicting locks, be they declared or asked for', () => {
    let asked = 0;
    assertRule(
      fc.property(campaign, lockful, (plan, world) => {
        play(plan, world, (state) => {
          const all = held(plan, state);
          asked += state.locks.locks.length;
          for (const [index, one] of all.entries())
            for (const other of all.slice(index + 1))
              expect(conflict(one, other), JSON.stringify([one, other])).toBe(false);
        });
      }),
      runs,
    );
    expect(asked).toBeGreaterThan(runs.numRuns);
  });

  it('are held until their task’s work is merged or given up, they are given back unchanged, or expire while no turn lives', () => {
    assertRule(
      fc.property(campaign, lockful, (plan, world) => {
        replay(plan, eventsOf(play(plan, world, () => undefined).events), ({ before, after, event }) => {
          for (const lock of before.locks.locks.filter(isHeld)) {
            const now = after.locks.locks.filter(({ task, id }) => task === lock.task && id === lock.id);
            if (now.some(isHeld) || taskState(after, lock.task).life.is === 'ended') continue;
            // A review has nothing to merge: it lets go of its locks when it has judged.
            if (planTask(plan, lock.task).reviews !== null) continue;
            const { life } = lock;
            const hasExpired = life.is === 'held' && life.expiresAtMs <= after.nowMs && !life.released;
            expect(
              isGivenBack(event, lock) || (hasExpired && !isWorking(taskState(before, lock.task).life)),
            ).toBe(true);
          }
        });
      }),
      runs,
    );
  });

  it('8: who waits for one waits for somebody, and never for itself; who does not want to wait does not', () => {
    assertRule(
      fc.property(campaign, lockful, (plan, world) => {
        const { state: end } = play(plan, world, (state) => {
          if (state.stopping !== null || state.end !== null) return;
          const queue = state.locks.locks.filter(isQueued);
          const all = held(plan, state);
          for (const lock of queue) {
            const others = queue.filter((other) => other !== lock).flatMap(partsOf);
            expect(meets(partsOf(lock), [...all, ...others]), `${lock.lock} waits for nobody`).toBe(true);
            expect(lock.wait).not.toBe('no');
            expect(circleOf(plan, state, lock)).toBe(null);
          }
          for (const { id } of plan.tasks) {
            const awaits = queue.some(({ task, wait }) => task === id && wait === 'end');
            const { parked, life } = taskState(state, id);
            if (parked) expect(awaits && life.is === 'waiting', `${id} waits for no lock`).toBe(true);
          }
        });
        expect(end.locks.locks).toEqual([]);
      }),
      runs,
    );
  });

  it('are granted by priority, then in the order of asking; nobody is passed who waits for the same', () => {
    assertRule(
      fc.property(campaign, lockful, (plan, world) => {
        replay(plan, eventsOf(play(plan, world, () => undefined).events), ({ before, after }) => {
          const rank = ({ task, priority }: LockState) => priority ?? planTask(plan, task).priority;
          const number = ({ lock }: LockState) => Number(lock.slice(1));
          const waits = before.locks.locks.filter(
            (lock) =>
              isQueued(lock) && after.locks.locks.some((now) => now.lock === lock.lock && isQueued(now)),
          );
          const wasHeld = (lock: string) =>
            before.locks.locks.some((was) => was.lock === lock && isHeld(was));
          for (const granted of after.locks.locks.filter((lock) => isHeld(lock) && !wasHeld(lock.lock))) {
            const own = held(plan, after).filter(({ task }) => task === granted.task);
            const rest = own.filter(({ path }) => !granted.paths.includes(path));
            const passed = waits.filter(
              (other) =>
                (rank(other) > rank(granted) ||
                  (rank(other) === rank(granted) && number(other) < number(granted))) &&
                meets(partsOf(other), partsOf(granted)),
            );
            const had = held(plan, before).filter(({ task }) => task === granted.task);
            for (const other of passed) expect(meets(partsOf(other), [...had, ...rest])).toBe(true);
          }
        });
      }),
      runs,
    );
  });
});
