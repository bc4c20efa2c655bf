import type { Command } from 'commander';
import { addChange, addMissingSource, awaitPlan, readSchedule } from '../client/campaign-folder.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { planChangeJson, renderPlanChange } from '../report/plan-change-text.js';
import type { Cli } from './cli.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { loadCampaign } from './load-campaign.js';
import { printData, printJson, printNote, printProblems } from './output.js';
import { planChange, type PlannedChange } from './planned-change.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';
import { saysYes } from './yes.js';

interface Options extends SpecOptions {
  readonly id?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addApply(program: Command, cli: Cli): void {
  const command = program
    .command('apply')
    .description('show what an edited campaign file would change in a campaign that runs, and apply it')
    .argument('<file>', 'the campaign file (YAML or JSON)');
  addSpecOptions(command)
    .option('--id <campaign>', 'the campaign; default: the name in the file')
    .option('--yes', 'apply it without asking; needed where there is no terminal')
    .option('--json', 'the change as JSON; without --yes nothing is applied')
    .action(async (file: string, options: Options) => {
      cli.exitCode = await applyFile(cli, file, options);
    });
}

async function applyFile(cli: Cli, file: string, options: Options): Promise<ExitCode> {
  const { id, yes = false, json = false } = options;
  const loaded = await loadCampaign({ file, home: cli.home, env: cli.env, ...readingOf(options) });
  return cli.act(async (client) => {
    const campaign = id ?? loaded.spec.name;
    const current = await client.planInForce(campaign);
    const planned = await planChange(cli.home, { id: campaign, loaded, current, nowMs: Date.now() });
    if (planned.same) await mendFolder(cli, planned);
    if (!json) show(planned);
    const applied = !planned.same && (yes || (!json && (await saysYes('Apply it?'))));
    const said = applied ? await applyChange(cli, client, planned) : null;
    if (json) printJson({ id: campaign, revision: planned.revision, ...planChangeJson(planned), applied });
    else sayEnd(planned, said);
    return applied || planned.same || json ? EXIT.done : EXIT.error;
  });
}

/** Nothing of the campaign changes by it, so nobody has to say yes. */
async function mendFolder({ home }: Cli, { id, artifacts }: PlannedChange): Promise<void> {
  if (await addMissingSource(home, id, artifacts))
    printNote(`What campaign ${id} was compiled from was missing from its folder, and is there again.`);
}

function show(planned: PlannedChange): void {
  printProblems(planned.artifacts.gone);
  if (planned.same) return;
  printData(`\nWhat this file changes in campaign ${planned.id}:\n\n${renderPlanChange(planned)}`);
}

function sayEnd({ id, same }: PlannedChange, said: string | null): void {
  if (same) printNote(`Campaign ${id} goes by this very file already; nothing changes.`);
  else if (said !== null) printNote(`${said}\n  look at it:  longhaul watch ${id}`);
  else printNote('Nothing was applied. To apply it: the same command with --yes.');
}

/** So long may the campaign take to write down what it goes by; the next command then sees it. */
const KEPT_DEADLINE_MS = 5_000;

/** What belongs to the new plan first: once the campaign has said yes, it goes on without this client. */
async function applyChange(cli: Cli, client: LonghaulClient, planned: PlannedChange): Promise<string> {
  const { id, revision, artifacts, runs } = planned;
  const { plan } = artifacts;
  const isNew = new Set(runs.map(({ task }) => task));
  const kept = (await readSchedule(cli.home, id)).filter(({ task }) => !isNew.has(task));
  await addChange(cli.home, id, { ...artifacts, schedule: [...kept, ...runs] });
  const said = await client.applyPlan(id, { revision, plan });
  await awaitPlan(cli.home, id, { briefDigest: plan.briefDigest, deadlineMs: KEPT_DEADLINE_MS });
  return said;
}
