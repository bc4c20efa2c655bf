import type { Command } from 'commander';
import type { CampaignEntry } from '../client/campaign-list.js';
import { isOutside } from '../client/client-error.js';
import { formatDuration, formatInstant } from '../report/format.js';
import { plainLine } from '../report/escape.js';
import { alignColumns } from '../report/terminal.js';
import type { Cli } from './cli.js';
import { printData, printJson, printNote, printWarning } from './output.js';

export function addList(program: Command, cli: Cli): void {
  program
    .command('list')
    .description('list all campaigns, newest first')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { entries, away } = await cli.look((client) => client.listAnew());
      // A server that was named and does not answer may have any number.
      if (away !== null && isOutside(away) && entries.length === 0) throw away;
      if (json) printJson(entries);
      else if (entries.length === 0) printNote('No campaign yet; `longhaul run FILE` starts one.');
      else printData(renderList(entries, Date.now()));
      if (away !== null && entries.length > 0)
        printWarning(`${away.message}: this is what the disk remembers\n\nhint: ${away.problem.hint ?? ''}`);
    });
}

function renderList(entries: readonly CampaignEntry[], nowMs: number): string {
  const rows = entries.map(({ id, state, seenAt, startedAt, endedAt, name }) => [
    id,
    seenAt === null ? state : `${state}, ${formatDuration(nowMs - Date.parse(seenAt))} ago`,
    timeOf(startedAt),
    timeOf(endedAt),
    plainLine(name),
  ]);
  return alignColumns([['ID', 'STATE', 'STARTED', 'ENDED', 'NAME'], ...rows]).join('\n');
}

function timeOf(iso: string | null): string {
  return iso === null ? '' : formatInstant(iso);
}
