import { existsSync } from 'node:fs';
import { campaignPaths } from '../core/home.js';
import type { CampaignStateName, Status } from '../core/status.js';
import { describeCounts } from '../report/word.js';
import type { Cli } from './cli.js';
import { printData } from './output.js';

const ENDINGS: Readonly<Record<CampaignStateName, string>> = {
  running: 'is running',
  paused: 'is paused',
  done: 'is done',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** How a campaign ended, and where to look; its own last message stands above already. */
export function printOutcome(cli: Cli, status: Status): void {
  printData('');
  printData(`Campaign ${status.id} ${ENDINGS[status.state]}: ${describeCounts(status.tasks)}.`);
  for (const task of status.tasks.filter(({ state }) => state === 'failed')) {
    printData(`  failed: ${task.id}${task.note === '' ? '' : `: ${task.note.split('\n')[0] ?? ''}`}`);
    printData(`    its output: longhaul logs ${task.id} --id ${status.id}`);
  }
  const { reportHtml } = campaignPaths(cli.home, status.id);
  if (existsSync(reportHtml)) printData(`Report: ${reportHtml}`);
  const page = cli.temporalPage(status.id);
  if (page !== null) printData(`Temporal UI: ${page}`);
}
