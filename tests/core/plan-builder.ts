import {
  PLAN_VERSION,
  type Join,
  type Plan,
  type PlanContract,
  type PlanGroup,
  type PlanPhase,
  type PlanTask,
} from '../../src/core/plan.js';

/** A task for tests: `needs` are task ids; the rest has the spec's defaults. */
export interface TaskSketch extends Partial<Omit<PlanTask, 'after'>> {
  readonly id: string;
  readonly needs?: readonly string[];
  /** Tasks that it finishes after. */
  readonly finish?: readonly string[];
  /** Tasks of which it needs a draft. */
  readonly drafts?: readonly string[];
  /** Contracts that it needs, and those that it implements. */
  readonly contracts?: readonly string[];
  readonly provides?: readonly string[];
  readonly minutes?: number;
}

export interface PlanSketch {
  /** Phases of groups of tasks. */
  readonly phases: readonly (readonly (readonly TaskSketch[])[])[];
  readonly instances?: number;
  readonly maxTurns?: number;
  readonly deadlineMs?: number | null;
  readonly pools?: Plan['pools'];
  readonly paths?: Plan['paths'];
  readonly overlaps?: Plan['overlaps'];
  readonly roleLimits?: Plan['roleLimits'];
  /** In place of one agent `a` with so many instances. */
  readonly agents?: Plan['agents'];
  /** By place in phases: what differs from waiting for all, without a timeout. */
  readonly groups?: readonly (readonly Partial<Pick<PlanGroup, 'wait' | 'rest' | 'timeoutMs'>>[])[];
  readonly deadlineAtMs?: number | null;
  readonly integrateAt?: PlanPhase['integrateAt'];
  readonly proposals?: Plan['proposals'];
  readonly mostAdded?: number;
  readonly mostDepth?: number;
}

function contractOf(tasks: readonly TaskSketch[], id: string): PlanContract {
  const idOf = (task: TaskSketch | undefined) => task?.id ?? null;
  const author = idOf(tasks.find(({ publishes = [] }) => publishes.includes(id))) ?? '';
  const provider = idOf(tasks.find(({ provides = [] }) => provides.includes(id)));
  const users = tasks.filter(({ contracts = [] }) => contracts.includes(id)).map((task) => task.id);
  const reviewers = tasks.filter(({ reviews }) => reviews === id).map((task) => task.id);
  return {
    id,
    version: '1.0.0',
    author,
    provider: provider === author ? null : provider,
    consumers: users,
    reviewers,
  };
}

/** A provider that comes later can't be merged first: it may need the very task. */
function isBefore(tasks: readonly TaskSketch[], id: string, other: string): boolean {
  return tasks.findIndex((task) => task.id === id) < tasks.findIndex((task) => task.id === other);
}

function awaits(tasks: readonly TaskSketch[], task: TaskSketch, id: string): boolean {
  const { needs = [], finish = [], drafts = [], contracts = [], reviews = null } = task;
  if (reviews !== null && contractOf(tasks, reviews).author === id) return true;
  const people = contracts.flatMap((name) => {
    const { author, provider } = contractOf(tasks, name);
    return [author, provider ?? ''];
  });
  return [...needs, ...finish, ...drafts, ...people].includes(id);
}

function membersOf(tasks: readonly TaskSketch[], asks: string, member: string): readonly string[] {
  return asks === 'approved' ? contractOf(tasks, member).reviewers : [member];
}

/** Joins of drafts, of contracts, and of their reviews. */
function softNeeds(
  tasks: readonly TaskSketch[],
  {
    drafts,
    used,
    reviews,
  }: {
    readonly drafts: readonly string[];
    readonly used: readonly string[];
    readonly reviews: string | null | undefined;
  },
): readonly string[] {
  const reviewed = used.filter((id) => contractOf(tasks, id).reviewers.length > 0);
  return [
    ...drafts.map((id) => `drafted:${id}`),
    ...[...used, ...(typeof reviews === 'string' ? [reviews] : [])].map((id) => `published:${id}`),
    ...reviewed.map((id) => `approved:${id}`),
  ];
}

/** What the next phase waits for: each group of this one. */
function barrierJoins({ integrateAt, groups: limits, phases }: PlanSketch, phase: number): readonly Join[] {
  const asks = integrateAt === 'end' ? 'verified' : 'ended';
  return (phases[phase] ?? []).map((tasks, index) => {
    const members = tasks.map((task) => task.id);
    const count = limits?.[phase]?.[index]?.wait ?? members.length;
    return { id: `over:p${phase + 1}/g${index + 1}`, members, count, asks };
  });
}

/** A plan as the compiler would make it of a small spec with one agent `a`. */
export function buildPlan(sketch: PlanSketch): Plan {
  const joins: Join[] = [];
  const tasks: PlanTask[] = [];
  const everything = sketch.phases.flat(2);
  const joined = new Set<string>();
  let barriers: string[] = [];
  sketch.phases.forEach((groups, phaseIndex) => {
    const phase = `p${phaseIndex + 1}`;
    groups.forEach((members, groupIndex) => {
      for (const { minutes = 30, ...sketched } of members) {
        const { needs = [], finish = [], drafts = [], contracts: used = [], ...given } = sketched;
        const soft = softNeeds(everything, { drafts, used, reviews: given.reviews });
        for (const id of [...needs, ...finish].map((need) => `done:${need}`).concat(soft)) {
          const [asks = '', member = ''] = id.split(':');
          if (joined.has(id)) continue;
          joined.add(id);
          const members = membersOf(everything, asks, member);
          joins.push({ id, members, count: members.length, asks: asks as Join['asks'] });
        }
        const providers = used.flatMap((id) => contractOf(everything, id).provider ?? []);
        tasks.push({
          digest: given.id,
          title: given.id,
          round: null,
          madeOf: null,
          depth: 0,
          role: null,
          group: `${phase}/g${groupIndex + 1}`,
          phase,
          finishAfter: finish.map((need) => `done:${need}`),
          mergeAfter: providers.filter((id) => isBefore(everything, id, given.id)),
          uses: [],
          claims: [],
          publishes: [],
          reviews: null,
          draftAfter: 0.5,
          partial: 'reject',
          after: [...barriers, ...needs.map((need) => `done:${need}`), ...soft],
          agents: ['a'],
          priority: 0,
          preference: 0,
          kind: 'work',
          estimateMs: minutes * 60_000,
          timeoutMs: 1_800_000,
          turns: 4,
          attempts: 2,
          onTimeout: 'retry',
          onFailure: 'best-effort',
          branch: `longhaul/test/a/${given.id}`,
          mergeAtOnce: given.mergeAtOnce ?? everything.some((other) => awaits(everything, other, given.id)),
          ...given,
        });
      }
    });
    const over = barrierJoins(sketch, phaseIndex);
    barriers = over.map(({ id }) => id);
    joins.push(...over);
  });
  return {
    version: PLAN_VERSION,
    briefDigest: 'test',
    name: 'test',
    maxTurns: sketch.maxTurns ?? 5,
    deadlineMs: sketch.deadlineMs ?? null,
    deadlineAtMs: sketch.deadlineAtMs ?? null,
    roleLimits: sketch.roleLimits ?? [],
    agents: sketch.agents ?? [{ name: 'a', instances: sketch.instances ?? 4, account: 'acc', roles: null }],
    pools: sketch.pools ?? [],
    paths: sketch.paths ?? [],
    overlaps: sketch.overlaps ?? [],
    contracts: [...new Set(everything.flatMap(({ publishes = [] }) => publishes))].map((id) =>
      contractOf(everything, id),
    ),
    phases: sketch.phases.map((groups, index) => ({
      name: `p${index + 1}`,
      groups: groups.map((_, group) => `p${index + 1}/g${group + 1}`),
      integrateAt: sketch.integrateAt ?? 'group',
    })),
    groups: sketch.phases.flatMap((groups, index) =>
      groups.map((members, group) => ({
        id: `p${index + 1}/g${group + 1}`,
        name: `g${group + 1}`,
        phase: `p${index + 1}`,
        members: members.map((task) => task.id),
        wait: members.length,
        rest: 'cancel',
        timeoutMs: null,
        ...sketch.groups?.[index]?.[group],
      })),
    ),
    tasks,
    joins,
    deliver: 'branch',
    ...additionLimits(sketch),
  };
}

function additionLimits({ proposals = 'ask', mostAdded = 200, mostDepth = 2 }: PlanSketch) {
  return { proposals, mostAdded, mostDepth } as const;
}
