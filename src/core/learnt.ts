/**
 * What earlier campaigns on a repository took, kept in a small file per repository. All figures that come of it are
 * medians, and none comes of fewer than three tasks: one odd task teaches nothing.
 */
import type { CampaignBrief } from './brief.js';
import type { ReportData } from './status.js';

export interface LearntTask {
  readonly campaign: string;
  readonly role: string | null;
  readonly agent: string;
  /** 0 to 100, as the spec said; null = it did not. */
  readonly complexity: number | null;
  /** Of the turns of the attempt that was accepted. */
  readonly minutes: number;
  /** Of all its turns; null = not told. */
  readonly costUsd: number | null;
  readonly tokens: number;
}

export interface Learnt {
  readonly version: 1;
  /** The oldest first. */
  readonly tasks: readonly LearntTask[];
}

const MOST_TASKS = 500;
const LEAST_TASKS = 3;
const MINUTE_MS = 60_000;

/** A campaign that is reported again replaces what it taught before. */
export function addLearnt(before: Learnt | null, campaign: string, tasks: readonly LearntTask[]): Learnt {
  const others = (before?.tasks ?? []).filter((task) => task.campaign !== campaign);
  return { version: 1, tasks: [...others, ...tasks].slice(-MOST_TASKS) };
}

/** The tasks that ended done. */
export function learnFrom({ status, spans }: ReportData, brief: CampaignBrief): readonly LearntTask[] {
  return status.tasks.flatMap((task): LearntTask[] => {
    const turns = spans.filter((span) => span.task === task.id && span.kind === 'turn');
    const last = turns.reduce((most, { attempt }) => Math.max(most, attempt), 0);
    const accepted = turns.filter(({ attempt }) => attempt === last);
    if (task.state !== 'done' || task.agent === null || accepted.length === 0) return [];
    const ms = accepted.reduce(
      (sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt),
      0,
    );
    const { role = null, complexity = null } = brief.tasks[task.id] ?? {};
    return [
      {
        campaign: status.id,
        role,
        agent: task.agent,
        complexity,
        minutes: ms / MINUTE_MS,
        costUsd: task.costComplete ? task.costUsd : null,
        tokens: task.inputTokens + task.outputTokens,
      },
    ];
  });
}

/** Of tasks of the same role and agent; else of the same agent; null = nothing is known. */
export function learntMinutes(
  { tasks }: Learnt,
  { role, agent }: Pick<LearntTask, 'role' | 'agent'>,
): number | null {
  const own = tasks.filter((task) => task.agent === agent);
  return (
    medianOf(own.filter((task) => task.role === role).map(({ minutes }) => minutes)) ??
    medianOf(own.map(({ minutes }) => minutes))
  );
}

export function learntMinutesPerPoint({ tasks }: Learnt): number | null {
  return medianOf(
    tasks.flatMap(({ complexity, minutes }) =>
      complexity === null || complexity === 0 ? [] : [minutes / complexity],
    ),
  );
}

/** Per minute of an agent's turns. */
export function learntRate(
  { tasks }: Learnt,
  agent: string,
): { readonly usd: number | null; readonly tokens: number | null } {
  const own = tasks.filter((task) => task.agent === agent && task.minutes > 0);
  return {
    usd: medianOf(own.flatMap(({ costUsd, minutes }) => (costUsd === null ? [] : [costUsd / minutes]))),
    tokens: medianOf(own.flatMap(({ tokens, minutes }) => (tokens === 0 ? [] : [tokens / minutes]))),
  };
}

function medianOf(values: readonly number[]): number | null {
  if (values.length < LEAST_TASKS) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
