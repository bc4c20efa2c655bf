/**
 * What decisions ask of all tasks, kept up to date change by change, so that a decision costs what changed and not
 * what the campaign holds. Derived from plan and state alone, never a part of the state.
 */
import { CandidateLots, type Lot } from './candidate-lot.js';
import { ClaimTable } from './claim-table.js';
import { countTask, progressOf, type JoinCount, type JoinProgress } from './join.js';
import { addCount, addLoad, newLoad, removeLoad } from './load.js';
import { Ledger } from './ledger.js';
import type { Join, Plan, PlanTask } from './plan.js';
import {
  joinsOfTask,
  planAgent,
  planGroup,
  planJoin,
  planTask,
  sharedResourcesOf,
  tasksAfter,
  tasksOfJoin,
} from './plan-index.js';
import { rankOf, taskAtRank } from './schedule.js';
import type { CampaignState } from './state.js';
import { findTask, followerOf, followTable, type Follower, type TaskTable } from './task-table.js';
import { TaskSet } from './task-set.js';
import { agentsFor, hasBegun, isWaiting, isWorking, type TaskState } from './task.js';

/** The index of this state: the one that came with it from the state before, else a new one. */
export function indexOf(plan: Plan, state: CampaignState): TaskIndex {
  const known = followerOf(state.tasks);
  if (known instanceof TaskIndex && known.plan === plan) return known;
  const index = new TaskIndex(plan, state.tasks);
  followTable(state.tasks, index);
  return index;
}

export class TaskIndex implements Follower {
  /** Of working tasks. */
  readonly load = newLoad();
  readonly claims: ClaimTable;
  /** Not ended. */
  readonly left: TaskSet;
  readonly working: TaskSet;
  readonly resting: TaskSet;
  readonly verified: TaskSet;
  /** Verified, and their merge failed for want of infrastructure. */
  readonly mergeLater: TaskSet;
  /** Waiting, for a join that can't be met any more. */
  readonly broken: TaskSet;
  /** Reviews that refused, and wait for another version. */
  readonly refused: TaskSet;
  /** Ended, with an executor that is still open. */
  readonly toEnd: TaskSet;
  /** Its own work is done, and it waits for what it must finish after. */
  readonly finishing: TaskSet;
  /** Verified, and something waits for its merge. */
  readonly awaited: TaskSet;
  /** Rounds whose tasks can be made now. */
  readonly rounds: TaskSet;
  failed = 0;
  readonly doneByGroup = new Map<string, number>();
  readonly workingByGroup = new Map<string, number>();
  /** Verified, by group; a group without any has no entry. */
  readonly verifiedByGroup = new Map<string, TaskSet>();
  /** Waiting tasks, by each account that their next order may be on. */
  readonly waitingByAccount = new Map<string, number>();
  /** Tasks that wait, to start or to finish, and are not kept by a join, by rank. */
  private readonly candidates = new CandidateLots();
  /** Members of a group that are neither verified nor over. */
  private readonly busyMembers = new Map<string, number>();
  /** Members of a group that are not over. */
  private readonly openMembers = new Map<string, number>();
  private readonly counts = new Map<string, JoinCount>();
  private known: Ledger | null = null;

  constructor(
    readonly plan: Plan,
    private table: TaskTable,
  ) {
    this.claims = new ClaimTable(plan);
    this.left = new TaskSet(plan);
    this.finishing = new TaskSet(plan);
    this.working = new TaskSet(plan);
    this.resting = new TaskSet(plan);
    this.verified = new TaskSet(plan);
    this.mergeLater = new TaskSet(plan);
    this.broken = new TaskSet(plan);
    this.refused = new TaskSet(plan);
    this.toEnd = new TaskSet(plan);
    this.awaited = new TaskSet(plan);
    this.rounds = new TaskSet(plan);
    for (const join of plan.joins) this.counts.set(join.id, this.countJoin(join));
    for (const task of plan.tasks) this.enter(task, this.task(task.id));
  }

  /** Made when it is first asked for: most campaigns have no budget. */
  get ledger(): Ledger {
    if (this.known !== null) return this.known;
    const ledger = new Ledger(this.plan);
    for (const task of this.plan.tasks) ledger.count(task, this.task(task.id), 1);
    this.known = ledger;
    return ledger;
  }

  progress(join: string): JoinProgress {
    return progressOf(planJoin(this.plan, join), this.countOf(join));
  }

  /**
   * Tasks that wait, to start or to finish, and are not kept by a join, in the order in which they get lanes; without
   * those of the lots that are passed over.
   */
  *ready(passesOver: (lot: Lot) => boolean): Generator<{ readonly id: string; readonly lot: Lot }> {
    for (const { rank, lot } of this.candidates.walk(passesOver))
      yield { id: taskAtRank(this.plan, rank), lot };
  }

  /** Is every member verified or over? */
  isQuiet(group: string): boolean {
    return (this.busyMembers.get(group) ?? 0) === 0;
  }

  /** Is some member not over? */
  isOpen(group: string): boolean {
    return (this.openMembers.get(group) ?? 0) > 0;
  }

  taskChanged(
    id: string,
    { before, after, table }: { before: TaskState; after: TaskState; table: TaskTable },
  ) {
    const task = planTask(this.plan, id);
    this.leave(task, before);
    this.known?.count(task, before, -1);
    this.known?.count(task, after, 1);
    this.table = table;
    for (const join of joinsOfTask(this.plan, id)) this.recount(join, { id, before, after });
    this.enter(task, after);
  }

  private task(id: string): TaskState {
    const task = findTask(this.table, id);
    if (task === undefined) throw new Error(`stuck, this is a bug: the state has no task ${id}`);
    return task;
  }

  private countOf(join: string): JoinCount {
    return this.counts.get(join) ?? { there: 0, lost: 0 };
  }

  private countJoin(join: Join): JoinCount {
    const counts = [...new Set(tasksOfJoin(this.plan, join))].map((id) =>
      countTask(this.plan, join, { id, task: this.task(id) }),
    );
    return {
      there: counts.reduce((sum, count) => sum + count.there, 0),
      lost: counts.reduce((sum, count) => sum + count.lost, 0),
    };
  }

  private recount(join: Join, at: { id: string; before: TaskState; after: TaskState }): void {
    const was = countTask(this.plan, join, { id: at.id, task: at.before });
    const is = countTask(this.plan, join, { id: at.id, task: at.after });
    if (was.there === is.there && was.lost === is.lost) return;
    const count = this.countOf(join.id);
    const progress = progressOf(join, count);
    this.counts.set(join.id, {
      there: count.there + is.there - was.there,
      lost: count.lost + is.lost - was.lost,
    });
    if (this.progress(join.id) === progress) return;
    for (const id of tasksAfter(this.plan, join.id))
      this.placeWaiting(planTask(this.plan, id), this.task(id));
  }

  /** Takes the task out of all that it is counted in. */
  private leave(task: PlanTask, state: TaskState): void {
    const { life } = state;
    this.candidates.delete(rankOf(this.plan, task.id, state), this.lotOf(task, state));
    this.broken.delete(task.id);
    this.rounds.delete(task.id);
    this.resting.delete(task.id);
    this.refused.delete(task.id);
    this.toEnd.delete(task.id);
    this.left.delete(task.id);
    this.finishing.delete(task.id);
    this.mergeLater.delete(task.id);
    if (this.verified.delete(task.id)) this.leaveVerified(task);
    if (this.working.delete(task.id) && isWorking(life))
      removeLoad(this.plan, this.load, { task, place: life });
    if (isWaiting(life)) this.countWaiting(task, { state, by: -1 });
    if (life.is === 'ended' && life.as === 'failed') this.failed -= 1;
    this.countInGroup(task.group, state, -1);
    if (state.holds) this.claims.release(task.id);
  }

  private enter(task: PlanTask, state: TaskState): void {
    const { life } = state;
    if (life.is !== 'ended') this.left.add(task.id);
    this.countInGroup(task.group, state, 1);
    if (state.holds) this.claims.hold(task.id);
    if (life.is === 'finishing' && !state.caughtUp) this.finishing.add(task.id);
    if (isWorking(life)) {
      this.working.add(task.id);
      addLoad(this.plan, this.load, { task, place: life });
    } else if (isWaiting(life)) {
      this.countWaiting(task, { state, by: 1 });
      this.placeWaiting(task, state);
    } else if (life.is === 'resting') this.resting.add(task.id);
    else if (life.is === 'integrating') this.enterVerified(task, life.notBeforeMs);
    else if (life.is === 'ended') this.enterEnded(task.id, state);
  }

  private enterVerified({ id, group, mergeAtOnce }: PlanTask, notBeforeMs: number): void {
    this.verified.add(id);
    if (notBeforeMs > 0) this.mergeLater.add(id);
    const { wait, members } = planGroup(this.plan, group);
    // The others of its group run on until it is merged.
    if (mergeAtOnce || wait < members.length) this.awaited.add(id);
    const others = this.verifiedByGroup.get(group) ?? new TaskSet(this.plan);
    others.add(id);
    this.verifiedByGroup.set(group, others);
  }

  private leaveVerified({ id, group }: PlanTask): void {
    this.awaited.delete(id);
    const others = this.verifiedByGroup.get(group);
    others?.delete(id);
    if (others?.size === 0) this.verifiedByGroup.delete(group);
  }

  private enterEnded(id: string, { life, executor }: TaskState): void {
    if (executor === 'open') this.toEnd.add(id);
    if (life.is === 'ended' && life.as === 'failed') this.failed += 1;
  }

  private placeWaiting(task: PlanTask, state: TaskState): void {
    const rank = rankOf(this.plan, task.id, state);
    const lot = this.lotOf(task, state);
    this.candidates.delete(rank, lot);
    this.broken.delete(task.id);
    this.rounds.delete(task.id);
    if (!isWaiting(state.life)) return;
    if (state.verdict === 'refused') {
      this.refused.add(task.id);
      return;
    }
    const finishes = state.life.is === 'finishing';
    // One that has begun has had its needs.
    const joins = finishes ? openFinish(task, state) : hasBegun(state) ? [] : task.after;
    const progress = joins.map((join) => this.progress(join));
    // What can't come any more keeps nobody from finishing.
    if (!finishes && progress.includes('broken')) this.broken.add(task.id);
    else if (progress.includes('open') || state.parked) return;
    else if (task.round !== null) this.rounds.add(task.id);
    else this.candidates.add(rank, lot);
  }

  /** One that has its locks needs none. */
  private lotOf(task: PlanTask, state: TaskState): Lot {
    const resources = state.holds ? '' : sharedResourcesOf(this.plan, task.id);
    return { phase: task.phase, agents: agentsFor(task, state), resources };
  }

  private countWaiting(task: PlanTask, { state, by }: { state: TaskState; by: 1 | -1 }): void {
    // It takes no turn, so no account keeps it.
    if (task.round !== null) return;
    const accounts = new Set(agentsFor(task, state).map((agent) => planAgent(this.plan, agent).account));
    for (const account of accounts) addCount(this.waitingByAccount, account, by);
  }

  private countInGroup(group: string, { life }: TaskState, by: 1 | -1): void {
    if (life.is === 'ended') {
      if (life.as === 'done') addCount(this.doneByGroup, group, by);
      return;
    }
    addCount(this.openMembers, group, by);
    if (life.is !== 'integrating') addCount(this.busyMembers, group, by);
    if (isWorking(life)) addCount(this.workingByGroup, group, by);
  }
}

/** One that goes on without what it waits for has none left. */
function openFinish(task: PlanTask, { caughtUp }: TaskState): readonly string[] {
  return caughtUp ? [] : task.finishAfter;
}
