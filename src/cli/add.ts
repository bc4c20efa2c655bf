import type { Command } from 'commander';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { planChangeJson, renderPlanChange } from '../report/plan-change-text.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { printData, printJson, printNote } from './output.js';
import { planAddition, type PlannedAddition } from './planned-addition.js';
import { addVarOption, type VarOption } from './spec-option.js';
import { saysYes } from './yes.js';

interface Options extends VarOption {
  readonly id?: string;
  readonly group?: string;
  readonly why?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addAdd(program: Command, cli: Cli): void {
  const command = program
    .command('add')
    .description('show what tasks would change in a campaign that runs, and add them to it')
    .argument('<file>', 'tasks as in a campaign file (YAML or JSON)');
  addVarOption(command)
    .option('--id <campaign>', 'the campaign; default: the only live one')
    .option('--group <name>', 'where they go: a group, or phase/group; default: the last one')
    .option('--why <text>', 'what they are for, as the campaign’s log tells it')
    .option('--yes', 'add them without asking; needed where there is no terminal')
    .option('--json', 'the change as JSON; without --yes nothing is added')
    .action(async (file: string, options: Options) => {
      cli.exitCode = await addFile(cli, file, options);
    });
}

async function addFile(cli: Cli, file: string, options: Options): Promise<ExitCode> {
  const { group, why = '', yes = false, json = false, var: vars } = options;
  return cli.act(async (client) => {
    const id = await chooseCampaign(client, options.id, 'option');
    const current = await client.planInForce(id);
    const asked = { file, id, vars, group: group ?? null, why, current, nowMs: Date.now() };
    const planned = await planAddition(cli.home, asked);
    if (!json) show(planned);
    const added = yes || (!json && (await saysYes('Add them?')));
    const said = added ? await send(client, planned) : null;
    if (json) printJson({ id, group: planned.addition.group, ...planChangeJson(planned), applied: added });
    else if (said === null) printNote('Nothing was added. To add them: the same command with --yes.');
    else printNote(`${said}\n  look at it:  longhaul watch ${id}`);
    return added || json ? EXIT.done : EXIT.error;
  });
}

function show(planned: PlannedAddition): void {
  const { id, addition } = planned;
  printData(
    `\nWhat this adds to the group ${addition.group} of campaign ${id}:\n\n${renderPlanChange(planned)}`,
  );
}

async function send(client: LonghaulClient, { id, addition }: PlannedAddition): Promise<string> {
  const { tasks, group, why } = addition;
  return client.addTasks(id, { tasks, group, why });
}
