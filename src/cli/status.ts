import type { Command } from 'commander';
import type { StatusRead } from '../client/status-read.js';
import { formatDuration } from '../report/format.js';
import { renderStatusText } from '../report/status-text.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printData, printJson, printWarning } from './output.js';

export function addStatus(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('show how a campaign is')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--json', 'as JSON')
    .action(async (id: string | undefined, { json = false }: { json?: boolean }) => {
      const read = await cli.look(async (client) => client.status(await chooseCampaign(client, id)));
      if (json) printJson(read.status);
      else printData(renderStatusText(read.status, Date.now()).trimEnd());
      warnOfAge(read);
    });
}

function warnOfAge(read: StatusRead): void {
  if (read.source !== 'snapshot') return;
  printWarning(
    `this is from ${formatDuration(read.ageMs)} ago: ${read.why}; \`longhaul up\` brings server and worker back`,
  );
}
