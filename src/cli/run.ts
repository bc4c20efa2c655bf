import { InvalidArgumentError, type Command } from 'commander';
import { countOf } from '../core/count.js';
import { isName, suggestName } from '../core/spec-name.js';
import { startCampaign } from './claim-id.js';
import type { Cli } from './cli.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { followCampaign } from './follow.js';
import { loadCampaign } from './load-campaign.js';
import { printData, printNote } from './output.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';

interface RunOptions extends SpecOptions {
  readonly id?: string;
  readonly detach?: boolean;
}

export function addRun(program: Command, cli: Cli): void {
  const command = program
    .command('run')
    .description('start a campaign and show it; Ctrl-C only ends the showing')
    .argument('<file>', 'the campaign file (YAML or JSON)');
  addSpecOptions(command)
    .option('--id <id>', "the campaign's id; default: the name in the file", parseId)
    .option('--detach', 'start it, print its id, and return')
    .action(async (file: string, options: RunOptions) => {
      cli.exitCode = await runCampaign(cli, file, options);
    });
}

async function runCampaign(
  cli: Cli,
  file: string,
  { id, detach = false, ...options }: RunOptions,
): Promise<ExitCode> {
  const loaded = await loadCampaign({
    file,
    home: cli.home,
    env: cli.env,
    ...readingOf(options),
    ...(id !== undefined && { id }),
  });
  const wished = id ?? loaded.spec.name;
  return cli.act(async (client) => {
    const claimed = await startCampaign(cli.home, client, { wished, loaded });
    const tasks = claimed.artifacts.plan.tasks.length;
    printNote(
      claimed.how === 'started'
        ? `Campaign ${claimed.id} started: ${countOf(tasks, 'task')}.`
        : `Campaign ${claimed.id} runs already, with this very spec.`,
    );
    if (!detach) return followCampaign(cli, client, { id: claimed.id, json: false, known: true });
    printData(claimed.id);
    printNote(`\n  look at it:  longhaul watch ${claimed.id}`);
    return EXIT.done;
  });
}

function parseId(text: string): string {
  if (isName(text)) return text;
  const better = suggestName(text);
  throw new InvalidArgumentError(
    `Use letters, digits, "-" and "_"${better === null ? '.' : `: for example ${better}.`}`,
  );
}
