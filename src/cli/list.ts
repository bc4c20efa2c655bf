import type { Command } from 'commander';
import type { CampaignEntry } from '../client/campaign-list.js';
import { formatInstant } from '../report/format.js';
import { alignColumns } from '../report/terminal.js';
import type { Cli } from './cli.js';
import { printData, printJson, printNote } from './output.js';

export function addList(program: Command, cli: Cli): void {
  program
    .command('list')
    .description('list all campaigns, newest first')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const entries = await cli.look((client) => client.list());
      if (json) printJson(entries);
      else if (entries.length === 0) printNote('No campaign yet; `longhaul run FILE` starts one.');
      else printData(renderList(entries));
    });
}

function renderList(entries: readonly CampaignEntry[]): string {
  const rows = entries.map(({ id, state, startedAt, endedAt, name }) => [
    id,
    state,
    timeOf(startedAt),
    timeOf(endedAt),
    name,
  ]);
  return alignColumns([['ID', 'STATE', 'STARTED', 'ENDED', 'NAME'], ...rows]).join('\n');
}

function timeOf(iso: string | null): string {
  return iso === null ? '' : formatInstant(iso);
}
