/** The figures of each agent and each role: of its tasks, and of the places that it has for turns. */
import { paceOf, type LaneUse, type Pace, type PaceFacts, type Places } from './metrics-pace.js';
import { figuresOf, type Facts, type Figures } from './metrics-rate.js';
import type { PlanFacts } from './planned.js';
import type { ReportData, TaskStatus } from './status.js';

export interface PartFigures extends Figures, Pace {
  readonly name: string;
}

export interface PartFacts {
  readonly data: ReportData;
  readonly facts: Facts;
  readonly pace: PaceFacts;
  readonly lanes: readonly LaneUse[];
}

type Members = readonly [name: string, tasks: readonly TaskStatus[]];

/** As in a plan: lanes beyond the campaign's limit could never work. */
export function atOnceOf({ status }: ReportData, places: number): number {
  return Math.min(status.maxTurns ?? Infinity, places);
}

export function figuresByAgent(at: PartFacts): readonly PartFigures[] {
  return membersBy(at.data.status.tasks, ({ agent }) => agent).map(([name, tasks]) => {
    const lanes = at.lanes.filter(({ lane }) => lane.startsWith(`${name}#`));
    return figuresOfPart(at, [name, tasks], { atOnce: atOnceOf(at.data, lanes.length), lanes });
  });
}

/** Empty where the plan is not known. */
export function figuresByRole(at: PartFacts): readonly PartFigures[] {
  const { plan, status } = at.data;
  if (plan === undefined) return [];
  const facts = new Map(plan.tasks.map((task) => [task.id, task]));
  return membersBy(status.tasks, ({ id }) => facts.get(id)?.role ?? null).map(([name, tasks]) => {
    const agents = new Set(tasks.flatMap(({ id }) => facts.get(id)?.agents ?? []));
    const atOnce = atOnceOf(at.data, placesOfRole(plan, name, agents));
    return figuresOfPart(at, [name, tasks], { atOnce, lanes: null });
  });
}

/** The lanes that its tasks may have, and no more than the role's own limit. */
function placesOfRole(plan: PlanFacts, role: string, agents: ReadonlySet<string>): number {
  const own = plan.agents.filter(({ name }) => agents.has(name));
  const lanes = own.reduce((sum, { instances }) => sum + instances, 0);
  return Math.min(lanes, plan.roleLimits.find((limit) => limit.role === role)?.turns ?? Infinity);
}

function figuresOfPart({ facts, pace }: PartFacts, [name, tasks]: Members, places: Places): PartFigures {
  const figures = figuresOf(tasks, facts);
  const ids = tasks.map(({ id }) => id);
  return { name, ...figures, ...paceOf({ tasks: ids, sequentialMs: figures.sequentialMs, places }, pace) };
}

/** In the order in which the names come first. */
function membersBy(
  tasks: readonly TaskStatus[],
  nameOf: (task: TaskStatus) => string | null,
): readonly Members[] {
  const members = new Map<string, TaskStatus[]>();
  for (const task of tasks) {
    const name = nameOf(task);
    if (name === null) continue;
    const own = members.get(name);
    if (own === undefined) members.set(name, [task]);
    else own.push(task);
  }
  return [...members];
}
