/** What each parallel group leaves in the report: who worked in it, how long, how well, and what failed and why. */
import { ratio, speedupOf } from './formula.js';
import { addCosts, costOfTask, type Cost } from './metrics-cost.js';
import { sortTurns, sumMs } from './metrics-turn.js';
import type { GroupFacts } from './planned.js';
import type { ReportData, Span, TaskStatus } from './status.js';

export interface GroupLog {
  readonly group: string;
  readonly phase: string;
  readonly agents: readonly string[];
  /** As many members are done as the group waits for. */
  readonly success: boolean;
  /** From its first turn to the end of its last member. */
  readonly durationMs: number;
  readonly durationByAgent: readonly { readonly agent: string; readonly durationMs: number }[];
  /** The turns of accepted attempts, one after another. */
  readonly sequentialMs: number;
  readonly speedup: number;
  readonly failed: readonly { readonly task: string; readonly cause: string }[];
  readonly strategy: GroupFacts['strategy'];
  readonly startedAt: string;
  /** Null while a member has not ended. */
  readonly endedAt: string | null;
  readonly metadata: {
    readonly members: readonly string[];
    readonly done: number;
    readonly wait: number;
    readonly timeoutMs: number | null;
    readonly lanes: readonly string[];
    readonly turns: number;
    readonly repeatedTurns: number;
    readonly conflicts: number;
    readonly efficiency: number;
    readonly cost: Cost;
  };
}

/** Of groups with two members or more, once one of them has run; in the plan's order. */
export function logGroups(data: ReportData): readonly GroupLog[] {
  const groups = (data.plan?.groups ?? []).filter(({ members }) => members.length > 1);
  if (groups.length === 0) return [];
  const tasks = new Map(data.status.tasks.map((task) => [task.id, task]));
  const turns = sortTurns(data);
  const accepted = byTask(turns.accepted);
  const repeated = byTask(turns.repeated);
  const spans = byTask(data.spans);
  return groups.flatMap((group) => {
    const members = group.members.flatMap((id) => tasks.get(id) ?? []);
    const own = group.members.flatMap((id) => spans.get(id) ?? []);
    const ran: Ran = {
      members,
      spans: own,
      accepted: group.members.flatMap((id) => accepted.get(id) ?? []),
      repeatedTurns: group.members.reduce((sum, id) => sum + (repeated.get(id)?.length ?? 0), 0),
    };
    return own.length === 0 ? [] : [logGroup(group, ran)];
  });
}

function byTask(spans: readonly Span[]): ReadonlyMap<string, readonly Span[]> {
  const lists = new Map<string, Span[]>();
  for (const span of spans) {
    const own = lists.get(span.task);
    if (own === undefined) lists.set(span.task, [span]);
    else own.push(span);
  }
  return lists;
}

interface Ran {
  readonly members: readonly TaskStatus[];
  readonly spans: readonly Span[];
  /** Turns of accepted attempts. */
  readonly accepted: readonly Span[];
  readonly repeatedTurns: number;
}

function logGroup(group: GroupFacts, { members, spans, accepted, repeatedTurns }: Ran): GroupLog {
  const sequentialMs = sumMs(accepted);
  const startMs = Math.min(...spans.map(({ startedAt }) => Date.parse(startedAt)));
  const isOpen = members.some(({ endedAt }) => endedAt === null);
  const ends = [...spans, ...members].flatMap(({ endedAt }) =>
    endedAt === null ? [] : [Date.parse(endedAt)],
  );
  const endMs = Math.max(startMs, ...ends);
  const durationMs = endMs - startMs;
  const working = spans.filter(({ kind }) => kind !== 'merge');
  const lanes = [...new Set(working.map(({ lane }) => lane))];
  const agents = [...new Set(working.map(agentOf))];
  const done = members.filter(({ state }) => state === 'done').length;
  return {
    group: group.id,
    phase: group.phase,
    agents,
    success: done >= group.wait,
    durationMs,
    durationByAgent: agents.map((agent) => ({
      agent,
      durationMs: sumMs(accepted.filter((span) => agentOf(span) === agent)),
    })),
    sequentialMs,
    speedup: speedupOf(sequentialMs, durationMs),
    failed: members.flatMap(({ id, state, note }) => (state === 'failed' ? [{ task: id, cause: note }] : [])),
    strategy: group.strategy,
    startedAt: new Date(startMs).toISOString(),
    endedAt: isOpen ? null : new Date(endMs).toISOString(),
    metadata: {
      members: group.members,
      done,
      wait: group.wait,
      timeoutMs: group.timeoutMs,
      lanes,
      turns: working.filter(({ kind }) => kind === 'turn').length,
      repeatedTurns,
      conflicts: spans.filter(({ kind, outcome }) => kind === 'merge' && outcome === 'conflict').length,
      efficiency: ratio(sequentialMs, lanes.length * durationMs),
      cost: addCosts(members.map(costOfTask)),
    },
  };
}

function agentOf({ lane }: Span): string {
  const end = lane.lastIndexOf('#');
  return end === -1 ? lane : lane.slice(0, end);
}
