/** What another plan would change in a campaign that runs: everything that is known before it is applied. */
import { readBrief } from '../client/campaign-folder.js';
import { clientError } from '../client/client-error.js';
import type { CampaignBrief } from '../core/brief.js';
import { planLeft } from '../core/expected-end.js';
import type { HomePaths } from '../core/home.js';
import { comparePlans, isRemoved, scheduledOtherwise, type PlanChange } from '../core/plan-change.js';
import { costPlan } from '../core/plan-cost.js';
import type { PlannedRun } from '../core/planned.js';
import type { Plan } from '../core/plan.js';
import { ProblemError } from '../core/problem.js';
import { simulate, type Simulation } from '../core/simulate.js';
import type { Status } from '../core/status.js';
import { preferred } from './claim-id.js';
import type { CompiledCampaign, LoadedCampaign } from './load-campaign.js';
import { rateOf, type Rates } from './plan-view.js';

export interface InForce {
  readonly revision: number;
  readonly plan: Plan;
  readonly status: Status;
}

/** Of what is left to do, by estimates. */
export interface Left {
  readonly timeMs: number;
  /** Null where nobody knows what an agent costs. */
  readonly costUsd: number | null;
}

/** Another plan for a campaign, beside the one that it goes by. */
export interface Compared {
  readonly id: string;
  readonly revision: number;
  readonly change: PlanChange;
  /** Kept tasks that are scheduled otherwise. */
  readonly scheduled: readonly string[];
  /** Nothing is different at all. */
  readonly same: boolean;
  readonly status: Status;
  readonly before: Left;
  readonly after: Left;
  /** When the tasks that are still to come will start and end, in milliseconds since the campaign's start. */
  readonly runs: readonly PlannedRun[];
}

export interface PlannedChange extends Compared {
  readonly artifacts: CompiledCampaign;
}

interface Change {
  readonly id: string;
  readonly loaded: LoadedCampaign;
  readonly current: InForce;
  readonly nowMs: number;
}

export async function planChange(home: HomePaths, asked: Change): Promise<PlannedChange> {
  const { id, loaded, current, nowMs } = asked;
  const earlier = await briefInForce(home, id, current);
  checkSame(loaded, id, earlier);
  const { createdAt, repository } = earlier;
  const artifacts = preferred(loaded.compileAs({ campaign: id, createdAt, repository, earlier }));
  return { ...compareNext({ id, plan: artifacts.plan, earlier, current, nowMs, rates: loaded }), artifacts };
}

export async function briefInForce(
  home: HomePaths,
  id: string,
  { plan }: Pick<InForce, 'plan'>,
): Promise<CampaignBrief> {
  const brief = await readBrief(home, id, plan.briefDigest);
  if (brief === null) throw noFolder(id);
  return brief;
}

interface Next {
  readonly id: string;
  readonly plan: Plan;
  readonly earlier: CampaignBrief;
  readonly current: InForce;
  readonly nowMs: number;
  readonly rates: Rates;
}

export function compareNext({ id, plan, earlier, current, nowMs, rates }: Next): Compared {
  const { status, revision } = current;
  const begun = new Set(status.tasks.filter(({ attempts }) => attempts > 0).map((task) => task.id));
  const change = comparePlans(current.plan, plan, (task) => begun.has(task));
  const now = planLeft(current.plan, status, { nowMs });
  const then = planLeft(plan, undone(status, change), { nowMs });
  const simulation = simulate(then);
  return {
    id,
    revision,
    change,
    scheduled: scheduledOtherwise(current.plan, plan, change),
    same: isSame(current.plan, plan, earlier),
    status,
    before: leftOf(rates, now, simulate(now)),
    after: leftOf(rates, then, simulation),
    runs: runsOf(simulation, { status: undone(status, change), nowMs }),
  };
}

function leftOf(rates: Rates, plan: Plan, simulation: Simulation): Left {
  const { expectedUsd } = costPlan(plan, simulation, (agent) => rateOf(rates, agent));
  return { timeMs: simulation.makespanMs, costUsd: expectedUsd };
}

/** As it will be: what does its work again waits. */
function undone(status: Status, { again, removed }: PlanChange): Status {
  const isAgain = new Set(again);
  const isGone = new Set(removed);
  const tasks = status.tasks
    .filter(({ id }) => !isGone.has(id))
    .map((task) => (isAgain.has(task.id) ? { ...task, state: 'waiting' as const } : task));
  return { ...status, tasks };
}

function runsOf(
  { starts }: Simulation,
  { status, nowMs }: { readonly status: Status; readonly nowMs: number },
): readonly PlannedRun[] {
  const sinceMs = nowMs - Date.parse(status.startedAt);
  const begun = new Set(status.tasks.filter(({ state }) => state !== 'waiting').map(({ id }) => id));
  return starts
    .filter(({ task }) => !begun.has(task))
    .map(({ task, agent, lane, startMs, endMs }) => ({
      task,
      agent,
      lane,
      startMs: startMs + sinceMs,
      endMs: endMs + sinceMs,
    }));
}

/** The plan in force without what only the campaign remembers. */
function isSame(current: Plan, next: Plan, { agents }: CampaignBrief): boolean {
  const groups = new Set(next.groups.map(({ id }) => id));
  const own = {
    ...current,
    agents: current.agents.filter(({ name }) => Object.hasOwn(agents, name)),
    phases: current.phases.filter((phase) => phase.groups.some((group) => groups.has(group))),
    groups: current.groups.filter(({ id }) => !isRemoved({ group: id })),
    tasks: current.tasks.filter((task) => !isRemoved(task)),
  };
  return JSON.stringify(own) === JSON.stringify(next);
}

/** A campaign keeps its name, its repository and its base. */
function checkSame({ spec, compileAs }: LoadedCampaign, id: string, earlier: CampaignBrief): void {
  const { repository } = compileAs({
    campaign: id,
    createdAt: earlier.createdAt,
    repository: null,
    earlier,
  }).brief;
  const { location, base } = earlier.repository;
  if (spec.name !== earlier.name) throw otherThan(id, 'name', { was: earlier.name, is: spec.name });
  if (repository.location !== location)
    throw otherThan(id, 'repository', { was: location, is: repository.location });
  if (repository.base !== base) throw otherThan(id, 'base', { was: base, is: repository.base });
}

function otherThan(id: string, what: string, { was, is }: { was: string; is: string }): ProblemError {
  return new ProblemError({
    code: 'apply/other-campaign',
    message: `the ${what} of campaign ${id} is ${was}, and can't become ${is} while it runs`,
    hint: `write ${what}: ${was}, or start another campaign with \`longhaul run\``,
    severity: 'problem',
  });
}

function noFolder(id: string): ProblemError {
  return clientError(
    'client/unknown-campaign',
    `campaign ${id} has no folder in this LONGHAUL_HOME, so what it goes by is not known here`,
    'apply the change where the campaign was started',
  );
}
