/** When lanes, locks, pools and accounts were taken, by the spans and the notes of a campaign that ran. */
import { goTogether } from './claim-table.js';
import { exceeding, minus, unionOf, within, type Interval, type IntervalSet } from './interval.js';
import type { LostReason } from './lost-time.js';
import type { Claim } from './plan.js';
import type { PlanFacts, TaskFacts } from './planned.js';
import type { ReportData, Span } from './status.js';

interface Taken {
  readonly reason: LostReason;
  readonly taken: IntervalSet;
}

/** A turn with its verification: a lane is held from the first's start to the other's end. */
interface Hold {
  readonly task: string;
  readonly agent: string;
  readonly interval: Interval;
}

/** What a task had of something, and how much. */
interface Stretch {
  readonly task: string;
  readonly interval: Interval;
  readonly weight: number;
}

export class Occupation {
  private readonly spans = new Map<string, Span[]>();
  private readonly holds: readonly Hold[];
  private readonly facts = new Map<string, TaskFacts>();
  /** Who claims a path, by its index. */
  private readonly claimants = new Map<number, string[]>();
  private readonly held = new Map<string, Interval>();
  private readonly cache = new Map<string, IntervalSet>();
  private readonly stretches = new Map<string, readonly Stretch[]>();
  private readonly paused: IntervalSet;
  private readonly plan: PlanFacts | null;

  constructor(
    private readonly data: ReportData,
    private readonly bounds: Interval,
  ) {
    this.plan = data.plan ?? null;
    for (const span of [...data.spans].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))) {
      const own = this.spans.get(span.task);
      if (own === undefined) this.spans.set(span.task, [span]);
      else own.push(span);
    }
    this.holds = [...this.spans.values()].flatMap(holdsOf);
    for (const task of this.plan?.tasks ?? []) {
      this.facts.set(task.id, task);
      for (const { path } of task.claims) {
        const claimants = this.claimants.get(path);
        if (claimants === undefined) this.claimants.set(path, [task.id]);
        else claimants.push(task.id);
      }
    }
    this.paused = this.noted('paused', 'resumed', () => true);
    this.holdLocks();
  }

  /** By start. */
  spansOf(task: string): readonly Span[] {
    return this.spans.get(task) ?? [];
  }

  /** What others had, by reason, the first that holds first. */
  takenFrom(id: string): readonly Taken[] {
    const pause: Taken = { reason: 'pause', taken: this.paused };
    const task = this.facts.get(id);
    if (this.plan === null || task === undefined) return [pause];
    return [
      pause,
      { reason: 'account', taken: this.accounts(this.plan, task) },
      { reason: 'lock', taken: this.locks(this.plan, task) },
      { reason: 'pool', taken: this.pools(this.plan, task) },
      { reason: 'lane', taken: this.lanes(this.plan, task) },
    ];
  }

  /** A task's locks are held from its first turn until it is merged or given up: until its end. */
  private holdLocks(): void {
    for (const { id, endedAt } of this.data.status.tasks) {
      const [first] = this.spans.get(id) ?? [];
      if (first === undefined) continue;
      const endMs = endedAt === null ? this.bounds[1] : Date.parse(endedAt);
      this.held.set(id, [Date.parse(first.startedAt), endMs]);
    }
  }

  private accounts({ agents }: PlanFacts, task: TaskFacts): IntervalSet {
    const names = new Set(
      agents.filter(({ name }) => task.agents.includes(name)).map(({ account }) => account),
    );
    return this.intersectAll(
      [...names].map((name) =>
        this.once(`account ${name}`, () => this.noted('limited', 'lifted', (account) => account === name)),
      ),
    );
  }

  private locks({ overlaps }: PlanFacts, { id, claims }: TaskFacts): IntervalSet {
    const wanted = claims.flatMap(({ path, mode }) =>
      (overlaps[path] ?? []).map((other) => ({ other, mode })),
    );
    return unionOf(
      wanted.flatMap(({ other, mode }) => {
        const key = `lock ${other} ${mode === 'shared' ? 'shared' : 'alone'}`;
        return this.byOthers(id, { key, most: 0, list: () => this.holdersOf(other, mode) });
      }),
    );
  }

  /** Those who held the path in a way that kept this mode out. */
  private holdersOf(path: number, mode: Claim['mode']): readonly Stretch[] {
    return (this.claimants.get(path) ?? []).flatMap((task): readonly Stretch[] => {
      const theirs = this.facts.get(task)?.claims.find((claim) => claim.path === path);
      const interval = this.held.get(task);
      if (theirs === undefined || interval === undefined || goTogether(mode, theirs.mode)) return [];
      return [{ task, interval, weight: 1 }];
    });
  }

  private pools({ pools }: PlanFacts, { id, uses }: TaskFacts): IntervalSet {
    return unionOf(
      uses.flatMap(({ pool, units }) => {
        const most = (pools.find(({ name }) => name === pool)?.capacity ?? Infinity) - units;
        return this.byOthers(id, { key: `pool ${most} ${pool}`, most, list: () => this.usersOf(pool) });
      }),
    );
  }

  private usersOf(pool: string): readonly Stretch[] {
    return this.holds.flatMap(({ task, interval }) => {
      const weight = this.facts.get(task)?.uses.find((use) => use.pool === pool)?.units ?? 0;
      return weight === 0 ? [] : [{ task, interval, weight }];
    });
  }

  /**
   * When what others than the task had came to more than `most`. Taken from the set of all, which is made once; only
   * where the task itself is in it, that is made anew without it.
   */
  private byOthers(
    id: string,
    {
      key,
      most,
      list,
    }: { readonly key: string; readonly most: number; readonly list: () => readonly Stretch[] },
  ): IntervalSet {
    const stretches = this.stretches.get(key) ?? list();
    this.stretches.set(key, stretches);
    const all = this.once(key, () => exceeding(stretches, most));
    const own = unionOf(stretches.filter(({ task }) => task === id).map(({ interval }) => interval));
    if (own.length === 0) return all;
    const others = stretches.filter(
      ({ task, interval }) =>
        task !== id && own.some((mine) => mine[0] < interval[1] && interval[0] < mine[1]),
    );
    const without = exceeding(others, most);
    return unionOf([...minus(all, own), ...own.flatMap((mine) => within(without, mine))]);
  }

  private lanes({ maxTurns, agents, roleLimits }: PlanFacts, { agents: own, role }: TaskFacts): IntervalSet {
    const full = (key: string, most: number, counts: (hold: Hold) => boolean) =>
      this.once(key, () =>
        exceeding(
          this.holds.filter(counts).map(({ interval }) => ({ interval, weight: 1 })),
          most - 1,
        ),
      );
    return this.once(`lanes ${own.join(' ')} of ${role ?? ''}`, () => {
      const limit = roleLimits.find((each) => each.role === role)?.turns ?? Infinity;
      return unionOf([
        ...full('all', maxTurns, () => true),
        ...full(`role ${role ?? ''}`, limit, ({ task }) => this.facts.get(task)?.role === role),
        ...this.intersectAll(
          own.map((name) => {
            const instances = agents.find((agent) => agent.name === name)?.instances ?? Infinity;
            return full(`agent ${name}`, instances, ({ agent }) => agent === name);
          }),
        ),
      ]);
    });
  }

  /** From each note of one kind to the next of the other, or to the time that it told. */
  private noted(
    from: 'paused' | 'limited',
    to: 'resumed' | 'lifted',
    of: (account: string) => boolean,
  ): IntervalSet {
    const notes = (this.data.notes ?? []).filter((note) => !('account' in note) || of(note.account));
    return unionOf(
      notes.flatMap((note, at): Interval[] => {
        if (note.what !== from) return [];
        const next = notes.slice(at + 1).find(({ what }) => what === from || what === to);
        const until = note.what === 'limited' && note.untilMs !== null ? note.untilMs : Infinity;
        return [[note.atMs, Math.min(next?.atMs ?? this.bounds[1], until)]];
      }),
    );
  }

  private intersectAll(sets: readonly IntervalSet[]): IntervalSet {
    const [first, ...rest] = sets;
    return rest.reduce((both, set) => minus(both, minus(both, set)), first ?? []);
  }

  private once(key: string, make: () => IntervalSet): IntervalSet {
    const known = this.cache.get(key) ?? make();
    this.cache.set(key, known);
    return known;
  }
}

function holdsOf(spans: readonly Span[]): readonly Hold[] {
  const holds = new Map<string, Hold>();
  for (const { kind, task, lane, attempt, turn, startedAt, endedAt } of spans) {
    if (kind === 'merge') continue;
    const key = `${attempt}.${turn}`;
    const [startMs, endMs] = holds.get(key)?.interval ?? [Date.parse(startedAt), 0];
    const agent = lane.slice(0, lane.lastIndexOf('#'));
    holds.set(key, { task, agent, interval: [startMs, Math.max(endMs, Date.parse(endedAt))] });
  }
  return [...holds.values()];
}
