/** What tasks of a file would change in a campaign that runs, compiled as the campaign will have them compiled. */
import { readCompileSource } from '../client/campaign-folder.js';
import { clientError } from '../client/client-error.js';
import { withAddition, type Addition } from '../core/addition.js';
import type { CampaignBrief } from '../core/brief.js';
import { compileAgain, type CompileSource } from '../core/compile-source.js';
import type { HomePaths } from '../core/home.js';
import { isRemoved } from '../core/plan-change.js';
import { preferBest } from '../core/plan-improve.js';
import type { Plan } from '../core/plan.js';
import { ProblemError, type Problem } from '../core/problem.js';
import { groupsCalled } from '../core/spec-need.js';
import { suggest } from '../core/spec-suggest.js';
import type { Vars } from '../core/spec-var.js';
import { readAddedTasks } from './added-tasks.js';
import { SpecRefusedError } from './exit-code.js';
import { digestOf } from './load-campaign.js';
import { countProblems, printNote, printProblems } from './output.js';
import { briefInForce, compareNext, type Compared, type InForce } from './planned-change.js';

export interface PlannedAddition extends Compared {
  readonly addition: Addition;
}

interface Asked {
  readonly file: string;
  readonly id: string;
  readonly vars: Vars;
  /** Null = the only one. */
  readonly group: string | null;
  readonly why: string;
  readonly current: InForce;
  readonly nowMs: number;
}

/** Shows all problems on stderr. Throws SpecRefusedError where the tasks can't be added. */
export async function planAddition(home: HomePaths, asked: Asked): Promise<PlannedAddition> {
  const { file, id, vars, current, nowMs } = asked;
  const earlier = await briefInForce(home, id, current);
  const source = await readCompileSource(home, id, current.plan.briefDigest);
  if (source === null) throw noSource(id);
  const { tasks, problems } = await readAddedTasks(file, { vars, campaign: source.value });
  if (problems.length > 0) throw refused(file, problems);
  const addition = additionOf(asked, tasks);
  const { plan, spec } = compileWith(addition, { file, source, earlier });
  const rates = { spec, learnt: source.learnt };
  return { ...compareNext({ id, plan: preferBest(plan), earlier, current, nowMs, rates }), addition };
}

function additionOf({ group, why, current }: Asked, tasks: readonly unknown[]): Addition {
  const id = groupId(current.plan, group);
  return { key: 'new', by: 'person', task: null, group: id, depth: 1, why, tasks, items: [] };
}

/** As the campaign takes it: without a name the last one. */
function groupId({ groups }: Plan, name: string | null): string {
  // What has a space in its name, Longhaul itself has made.
  const known = groups.filter((group) => !isRemoved({ group: group.id }) && !group.name.includes(' '));
  const called = name === null ? known.slice(-1) : groupsCalled(known, name);
  const [found, ...others] = called;
  if (found !== undefined && others.length === 0) return found.id;
  const names = known.map(({ id }) => id);
  if (others.length > 0)
    throw problem(
      `the campaign has ${called.length} groups called ${name ?? ''}`,
      `write phase/group: ${called.map(({ id }) => id).join(', ')}`,
    );
  const meant = suggest(name ?? '', [...names, ...known.map((group) => group.name)]);
  throw problem(
    `the campaign has no group ${name ?? ''}`,
    meant === null ? `its groups: ${names.join(', ')}` : `did you mean ${meant}?`,
  );
}

interface Compiling {
  readonly file: string;
  readonly source: CompileSource;
  readonly earlier: CampaignBrief;
}

function compileWith(addition: Addition, { file, source, earlier }: Compiling) {
  const additions = withAddition(earlier.additions, addition);
  const { plan, spec, problems } = compileAgain(source, { earlier, additions, digest: digestOf });
  // Places in the campaign file are not known any more, and what is wrong is wrong with the tasks.
  if (plan === null || spec === null)
    throw refused(
      file,
      problems.map((found) => ({ ...found, where: { file } })),
    );
  return { plan, spec };
}

function refused(file: string, problems: readonly Problem[]): SpecRefusedError {
  printProblems(problems);
  printNote(`\n${file}: ${countProblems(problems)}; nothing was added.`);
  return new SpecRefusedError();
}

function problem(message: string, hint: string): ProblemError {
  return new ProblemError({ code: 'addition/which-group', message, hint, severity: 'problem' });
}

function noSource(id: string): ProblemError {
  return clientError(
    'client/unknown-campaign',
    `what campaign ${id} was compiled from is not in this LONGHAUL_HOME`,
    'add the tasks where the campaign was started, or `longhaul apply` its file with the tasks in it',
  );
}
