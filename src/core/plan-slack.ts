/**
 * Slack: by how much one task's start can be late before the whole plan ends later, if everything else keeps to its
 * estimate and its order. What holds others back: needs, phases, drafts, and whatever the task would still have in use
 * (its agent's lanes, turns, roles, pools, locks) when another that could not do without is to start.
 */
import { chainsOf, type Chain, type Placed } from './plan-chain.js';
import { tasksOfJoin } from './plan-index.js';
import type { Plan } from './plan.js';
import type { Simulation } from './simulate.js';

/** Milliseconds by task; one that never starts has none. */
export function slackOf(plan: Plan, { starts, makespanMs }: Simulation): ReadonlyMap<string, number> {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const placed = starts.flatMap((start, at): Placed[] => {
    const planned = tasks.get(start.task);
    return planned === undefined ? [] : [{ ...start, planned, at }];
  });
  const latest = new Latest(plan, placed, makespanMs);
  return new Map(placed.map((one) => [one.task, Math.max(0, latest.start(one) - one.startMs)]));
}

/** The latest times that leave the plan's end where it is; each is worked out from what comes after it. */
class Latest {
  private readonly starts: number[] = [];
  private readonly joins = new Map<string, number>();
  /** Tasks that finish after a join. */
  private readonly finishers = new Map<string, string[]>();
  private readonly joinsOf = new Map<string, { readonly id: string; readonly isDraft: boolean }[]>();

  constructor(
    plan: Plan,
    private readonly placed: readonly Placed[],
    private readonly makespanMs: number,
  ) {
    this.noteFollowers(plan);
    const chains = chainsOf(plan, placed);
    // Backwards: everything that a task holds back starts after it.
    for (let at = placed.length - 1; at >= 0; at -= 1) {
      const one = placed[at] as Placed;
      const latestMs = this.work(one, chains);
      this.starts[at] = latestMs;
      for (const join of one.planned.after) this.hold(join, latestMs);
    }
  }

  /** Which joins each task holds back. One that needs fewer members is held back only by those that came first. */
  private noteFollowers(plan: Plan): void {
    const endOf = new Map(this.placed.map(({ task, endMs }) => [task, endMs]));
    const endMs = (id: string) => endOf.get(id) ?? Infinity;
    for (const { id, finishAfter } of plan.tasks)
      for (const join of finishAfter) push(this.finishers, join, id);
    for (const join of plan.joins) {
      const members = [...new Set(tasksOfJoin(plan, join))];
      const ends = members.map(endMs).sort((a, b) => a - b);
      const metMs = join.count < join.members.length ? (ends[join.count - 1] ?? Infinity) : Infinity;
      for (const id of members.filter((member) => endMs(member) <= metMs))
        push(this.joinsOf, id, { id: join.id, isDraft: join.asks === 'drafted' });
    }
  }

  start({ at }: Placed): number {
    return this.starts[at] ?? this.makespanMs;
  }

  private work(one: Placed, chains: readonly Chain[]): number {
    const workMs = one.endMs - one.startMs;
    let latestMs = this.makespanMs - workMs;
    for (const { id, isDraft } of this.joinsOf.get(one.task) ?? []) {
      const neededMs = isDraft ? workMs * one.planned.draftAfter : workMs;
      latestMs = Math.min(latestMs, this.join(id) - neededMs);
    }
    for (const chain of chains) {
      const next = chain.nextHeldBack(one);
      if (next !== null) latestMs = Math.min(latestMs, this.start(next) - workMs);
    }
    return latestMs;
  }

  /** What finishes after it has to be over before its own followers start, and these start later still. */
  private join(id: string): number {
    const finishes = (this.finishers.get(id) ?? []).flatMap((task) =>
      (this.joinsOf.get(task) ?? []).filter(({ isDraft }) => !isDraft).map((own) => this.join(own.id)),
    );
    return Math.min(this.joins.get(id) ?? this.makespanMs, ...finishes);
  }

  private hold(join: string, atMs: number): void {
    this.joins.set(join, Math.min(this.joins.get(join) ?? this.makespanMs, atMs));
  }
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
