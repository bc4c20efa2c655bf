import type { Command } from 'commander';
import { readPlan } from '../client/campaign-folder.js';
import type { StatusRead } from '../client/status-read.js';
import { formatDuration } from '../report/format.js';
import { renderStatusText } from '../report/status-text.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { Forecast, withForecast } from './forecast.js';
import { printData, printJson, printWarning } from './output.js';

export function addStatus(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('show how a campaign is')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--json', 'as JSON')
    .action(async (id: string | undefined, { json = false }: { json?: boolean }) => {
      const read = await cli.look(async (client) => client.status(await chooseCampaign(client, id)));
      const nowMs = Date.now();
      const end = await new Forecast(() => readPlan(cli.home, read.status.id)).at(read.status, nowMs);
      if (json) printJson(withForecast(read.status, end));
      else printData(renderStatusText(read.status, nowMs, end).trimEnd());
      warnOfAge(read, cli.home.root);
    });
}

function warnOfAge(read: StatusRead, home: string): void {
  if (read.source === 'snapshot')
    printWarning(`this is from ${formatDuration(read.ageMs)} ago: ${read.why}\n\nhint: ${read.wayOut}`);
  if (read.source === 'report' && read.away !== null)
    printWarning(
      `this is from the disk of ${home}: ${read.away.message}\n\nhint: ${read.away.problem.hint ?? ''}`,
    );
}
