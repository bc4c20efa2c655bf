import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { compareAgents, withAgents } from '../core/plan-agents.js';
import { improvePlan, usualSchedules } from '../core/plan-improve.js';
import { numberPlan } from '../core/plan-numbers.js';
import type { Plan } from '../core/plan.js';
import { ProblemError } from '../core/problem.js';
import { renderPlanGraph, type GraphFormat } from '../report/plan-graph.js';
import { planJson } from '../report/plan-json.js';
import { renderPlanSvg } from '../report/plan-svg.js';
import { renderPlanText } from '../report/plan-text.js';
import { createColours } from '../report/terminal.js';
import type { Cli } from './cli.js';
import { writeGrouped } from './grouped-spec.js';
import { firstFreeId } from './free-id.js';
import { loadCampaign, type LoadedCampaign } from './load-campaign.js';
import { colourOnStdout, printData, printJson, printNote } from './output.js';
import { whyUnreadable } from './unreadable.js';
import { viewPlan } from './plan-view.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';

interface AgentsRange {
  readonly from: number;
  readonly to: number;
}

interface Options extends SpecOptions {
  readonly json?: boolean;
  readonly fast?: boolean;
  readonly schedules?: number;
  readonly agents?: AgentsRange | true;
  readonly svg?: string;
  readonly graph?: GraphFormat;
  readonly groups?: number | true;
}

const MOST_AGENTS = 1000;
const USUAL_RANGE: AgentsRange = { from: 1, to: 12 };
const USUAL_GROUP = 4;
/** Of a pipe, which has none. */
const USUAL_WIDTH = 100;

export function addPlan(program: Command, cli: Cli): void {
  const command = program
    .command('plan')
    .description('show what would happen, and when, by the estimates; starts nothing')
    .argument('<file>', 'the campaign file (YAML or JSON)');
  addSpecOptions(command)
    .option('--json', 'as JSON; times are minutes from the start')
    .option('--fast', 'as the engine alone would do it, without looking for a shorter schedule')
    .option('--schedules <n>', 'how many schedules to try', parseCount)
    .option(
      '--agents [n]',
      'plan for so many agents at once; with a range (1..12, the default) compare these numbers',
      parseAgents,
    )
    .option('--svg <file>', 'write the Gantt chart into an SVG file')
    .addOption(
      new Option('--graph <format>', 'print the needs as a graph instead')
        .choices(['mermaid', 'dot'])
        .conflicts('json'),
    )
    .addOption(
      new Option(
        '--groups [n]',
        `propose phases and groups of at most n tasks (${USUAL_GROUP}) for a flat list, as a campaign file`,
      )
        .argParser(parseCount)
        .conflicts(['json', 'graph', 'svg', 'agents']),
    )
    .action(async (file: string, options: Options) => {
      const loaded = await loadCampaign({ file, home: cli.home, env: cli.env, ...readingOf(options) });
      // The branches of one that ran before are no problem of this plan.
      const id = firstFreeId(cli.home, loaded.spec.name);
      if (options.groups === undefined) await showPlan(loaded, { ...options, id });
      else printData(groupsFor(loaded, { id, groups: options.groups }).trimEnd());
    });
}

async function showPlan(loaded: LoadedCampaign, options: Options & { readonly id: string }): Promise<void> {
  const plan = planFor(loaded, options);
  const schedules = options.fast === true ? 1 : (options.schedules ?? usualSchedules(plan));
  const improved = improvePlan(plan, schedules);
  const numbers = numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
  if (options.svg !== undefined) {
    await writeSvg(options.svg, `${renderPlanSvg(plan.name, numbers)}\n`);
  }
  if (options.graph !== undefined) {
    printData(renderPlanGraph(plan, numbers.criticalPath, options.graph).trimEnd());
    return;
  }
  const range = rangeOf(options.agents);
  const agents = range === null ? [] : compareAgents(plan, { ...range, schedules });
  const view = viewPlan(loaded, { improved, numbers, agents, startMs: Date.now() });
  const width = process.stdout.columns > 0 ? process.stdout.columns : USUAL_WIDTH;
  if (options.json === true) printJson(planJson(view));
  else printData(renderPlanText(view, { width, colours: createColours(colourOnStdout) }).trimEnd());
}

async function writeSvg(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new ProblemError({
      code: 'plan/not-written',
      message: `the Gantt chart can't be written into ${file}: ${whyUnreadable(error)}`,
      hint: 'name a file in a folder that is there, as in --svg plan.svg',
      severity: 'problem',
    });
  }
  printNote(`The Gantt chart is in ${file}.`);
}

function groupsFor(
  { compileAs, spec }: LoadedCampaign,
  { id, groups }: { readonly id: string; readonly groups: number | true },
): string {
  const { plan, spec: text } = compileAs(identityOf(id));
  return writeGrouped({ spec, plan, text }, groups === true ? USUAL_GROUP : groups);
}

function identityOf(campaign: string) {
  return { campaign, createdAt: new Date().toISOString(), repository: null };
}

function planFor(
  { compileAs }: LoadedCampaign,
  { id, agents }: Pick<Options, 'agents'> & { readonly id: string },
): Plan {
  const { plan } = compileAs({ ...identityOf(id), assume: true });
  const isOne = typeof agents === 'object' && agents.from === agents.to;
  return isOne ? withAgents(plan, agents.from) : plan;
}

/** Null = nothing is to be compared. */
function rangeOf(agents: Options['agents']): AgentsRange | null {
  if (agents === true) return USUAL_RANGE;
  return agents === undefined || agents.from === agents.to ? null : agents;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError('Write a whole number from 1, as in 1000.');
}

function parseAgents(text: string): AgentsRange {
  const [from = Number.NaN, to = from] = text.split('..').map(Number);
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= from;
  if (isRange && to <= MOST_AGENTS) return { from, to };
  throw new InvalidArgumentError(`Write a number or a range from 1 to ${MOST_AGENTS}, as in 4 or 1..12.`);
}
