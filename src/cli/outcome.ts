import { existsSync } from 'node:fs';
import { campaignPaths } from '../core/home.js';
import type { CampaignStateName, Status } from '../core/status.js';
import { plainLine } from '../report/escape.js';
import { describeCounts } from '../report/word.js';
import type { Cli } from './cli.js';
import { printData } from './output.js';

/** Of why a task failed; its log has them all. */
const MOST_LINES = 5;

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
    const [first = '', ...lines] = task.note.split('\n').map(plainLine);
    printData(`  failed: ${task.id}${first === '' ? '' : `: ${first}`}`);
    for (const line of lines.slice(0, MOST_LINES)) printData(`    | ${line}`);
    printData(`    its output: longhaul logs ${task.id} --id ${status.id}`);
  }
  const { reportHtml } = campaignPaths(cli.home, status.id);
  if (existsSync(reportHtml)) printData(`Report: ${reportHtml}`);
  const page = cli.temporalPage(status.id);
  if (page !== null) printData(`Temporal UI: ${page}`);
}
