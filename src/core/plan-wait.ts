/**
 * What a simulated start waited for: what moved in its moment, and had been in its way until then. Asked only of tasks
 * that are ordered, so that a simulation does not ask every waiting task at every step.
 */
import { goTogether } from './claim-table.js';
import type { CampaignEvent } from './engine.js';
import type { Load, Place } from './load.js';
import type { Join, Plan, PlanTask } from './plan.js';
import {
  joinsOfTask,
  planAgent,
  planContract,
  planJoin,
  planPool,
  planTask,
  roleLimit,
} from './plan-index.js';
import { taskState, type CampaignState } from './state.js';
import type { WaitReason } from './status.js';
import { indexOf } from './task-index.js';

export interface PlannedWait extends Pick<WaitReason, 'reason' | 'on'> {
  /** The task that ended the wait by ending, merging or publishing; null where that is no single one. */
  readonly task: string | null;
}

/** `need T1, lock src/** (T2)`; empty where nothing was waited for. */
export function wordWaits(waits: readonly PlannedWait[]): string {
  return waits.map(({ reason, on }) => `${reason} ${on}`.trim()).join(', ');
}

/** All events of one time, and how things stood before them. */
export class Moment {
  private readonly load: Pick<Load, 'turns' | 'byAgent' | 'byRole' | 'byPool'>;
  /** Tasks that reported, were merged or published. */
  private readonly moved = new Set<string>();
  /** Of those, which held their locks until now. */
  private readonly held = new Set<string>();
  /** By join that was open until now: who moved in it. */
  private readonly closers = new Map<string, Set<string>>();

  constructor(
    private readonly plan: Plan,
    state: CampaignState,
    private readonly laneOf: ReadonlyMap<string, string>,
  ) {
    const { turns, byAgent, byRole, byPool } = indexOf(plan, state).load;
    this.load = { turns, byAgent: new Map(byAgent), byRole: new Map(byRole), byPool: new Map(byPool) };
  }

  /** `state` is that before the events. */
  note(state: CampaignState, events: readonly CampaignEvent[]): void {
    const index = indexOf(this.plan, state);
    for (const id of events.flatMap((event) => moversOf(event, state))) {
      this.moved.add(id);
      if (taskState(state, id).holds) this.held.add(id);
      for (const join of joinsOfTask(this.plan, id)) {
        if (index.progress(join.id) !== 'open') continue;
        const closers = this.closers.get(join.id) ?? new Set();
        this.closers.set(join.id, closers.add(id));
      }
    }
  }

  /** Of a task that is ordered in this moment for the first time; one that starts at the begin waited for nothing. */
  waitsOf(task: PlanTask, place: Place, nowMs: number): readonly PlannedWait[] {
    const others = [...this.joinWaits(task.after), ...this.lockWaits(task), ...this.poolWaits(task)];
    if (others.length > 0) return others;
    const lanes = [...this.roleWaits(task), ...this.laneWaits(task, place)];
    if (lanes.length > 0 || nowMs === 0) return lanes;
    return [{ reason: 'reserved', on: '', task: null }];
  }

  /** Of joins that are met in this moment. */
  joinWaits(joins: readonly string[]): readonly PlannedWait[] {
    return joins.flatMap((id) => {
      const closers = this.closers.get(id);
      return closers === undefined ? [] : this.wordJoin(planJoin(this.plan, id), [...closers]);
    });
  }

  private wordJoin({ asks, members }: Join, closers: readonly string[]): readonly PlannedWait[] {
    const [first = null] = closers;
    switch (asks) {
      case 'ended':
      case 'verified':
        return first === null
          ? []
          : [{ reason: 'need', on: `phase ${planTask(this.plan, first).phase}`, task: first }];
      case 'published':
        return members.flatMap((contract) => {
          const { author } = planContract(this.plan, contract);
          return closers.includes(author)
            ? [{ reason: 'need' as const, on: `contract ${contract}`, task: author }]
            : [];
        });
      case 'drafted':
        return closers.map((task) => ({ reason: 'need', on: `draft of ${task}`, task }));
      case 'approved':
      case 'done':
        return closers.map((task) => ({ reason: 'need', on: task, task }));
    }
  }

  private lockWaits({ claims }: PlanTask): readonly PlannedWait[] {
    if (claims.length === 0) return [];
    return [...this.held].flatMap((holder): readonly PlannedWait[] => {
      const theirs = planTask(this.plan, holder).claims;
      const clash = claims.find(({ path, mode }) =>
        theirs.some(
          (their) => !goTogether(mode, their.mode) && this.plan.overlaps[path]?.includes(their.path) === true,
        ),
      );
      if (clash === undefined) return [];
      return [{ reason: 'lock', on: `${this.plan.paths[clash.path] ?? ''} (${holder})`, task: holder }];
    });
  }

  private poolWaits({ uses }: PlanTask): readonly PlannedWait[] {
    return uses.flatMap(({ pool, units }): readonly PlannedWait[] => {
      const free = planPool(this.plan, pool).capacity - (this.load.byPool.get(pool) ?? 0);
      if (free >= units) return [];
      const user = this.firstMoved((task) => task.uses.some((use) => use.pool === pool));
      return [{ reason: 'pool', on: pool, task: user }];
    });
  }

  private roleWaits({ role }: PlanTask): readonly PlannedWait[] {
    if (role === null || (this.load.byRole.get(role) ?? 0) < roleLimit(this.plan, role)) return [];
    return [{ reason: 'lane', on: `role ${role}`, task: this.firstMoved((task) => task.role === role) }];
  }

  private laneWaits({ agents }: PlanTask, { agent, lane }: Place): readonly PlannedWait[] {
    const full = agents.every(
      (name) => (this.load.byAgent.get(name) ?? 0) >= planAgent(this.plan, name).instances,
    );
    if (!full && this.load.turns < this.plan.maxTurns) return [];
    const before = this.firstMoved(({ id }) => this.laneOf.get(id) === lane) ?? this.firstMoved(() => true);
    return [{ reason: 'lane', on: agent, task: before }];
  }

  private firstMoved(is: (task: PlanTask) => boolean): string | null {
    for (const id of this.moved) if (is(planTask(this.plan, id))) return id;
    return null;
  }
}

/** The tasks that an event of the simulation is about. */
function moversOf(event: CampaignEvent, { additions }: CampaignState): readonly string[] {
  if (event.event === 'extended') return additions.out?.round == null ? [] : [additions.out.round];
  if (event.event === 'taskReported') return [event.report.task];
  if (event.event === 'mergeReported') return event.report.merges.map(({ task }) => task);
  return 'task' in event && typeof event.task === 'string' ? [event.task] : [];
}
