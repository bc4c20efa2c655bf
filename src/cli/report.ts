import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { campaignPaths } from '../core/home.js';
import type { ReportData } from '../core/status.js';
import { renderReportHtml } from '../report/html.js';
import { renderReportJson } from '../report/json.js';
import { renderReportMarkdown } from '../report/markdown.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printData, printJson } from './output.js';

interface ReportOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export function addReport(program: Command, cli: Cli): void {
  program
    .command('report')
    .description(
      'write the report and say where it is: HTML, Markdown and JSON, of a campaign that goes on without the JSON',
    )
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--json', 'print it as JSON instead')
    .addOption(new Option('--markdown', 'print it as Markdown instead').conflicts('json'))
    .action(async (id: string | undefined, { json = false, markdown = false }: ReportOptions) => {
      const data = await cli.look(async (client) => client.report(await chooseCampaign(client, id)));
      if (json) printJson(renderReportJson(data));
      else if (markdown) printData(renderReportMarkdown(data).trimEnd());
      else for (const file of await writeReportFiles(cli, data)) printData(file);
    });
}

/** An ended campaign's report is complete already; of one that goes on, JSON is left to its end, since it says "over". */
async function writeReportFiles(cli: Cli, data: ReportData): Promise<readonly string[]> {
  const paths = campaignPaths(cli.home, data.status.id);
  await mkdir(paths.folder, { recursive: true });
  await writeFile(paths.reportHtml, renderReportHtml(data));
  await writeFile(paths.reportMarkdown, renderReportMarkdown(data));
  return [paths.reportHtml, paths.reportMarkdown, paths.reportJson].filter((file) => existsSync(file));
}
