import type { Command } from 'commander';
import { wordWaits } from '../core/plan-wait.js';
import { simulate } from '../core/simulate.js';
import { renderPlanText } from '../report/plan-text.js';
import type { Cli } from './cli.js';
import { loadCampaign } from './load-campaign.js';
import { printData, printJson } from './output.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';

interface Options extends SpecOptions {
  readonly json?: boolean;
}

export function addPlan(program: Command, cli: Cli): void {
  const command = program
    .command('plan')
    .description(
      'show when each task would start, on which lane and after what, by the estimates; starts nothing',
    )
    .argument('<file>', 'the campaign file (YAML or JSON)');
  addSpecOptions(command)
    .option('--json', 'as JSON; times are milliseconds from the start')
    .action(async (file: string, { json = false, ...options }: Options) => {
      const { compileAs, spec } = await loadCampaign({
        file,
        home: cli.home,
        env: cli.env,
        ...readingOf(options),
      });
      const { plan } = compileAs({
        campaign: spec.name,
        createdAt: new Date().toISOString(),
        repository: null,
      });
      const { starts, ...sums } = simulate(plan);
      const titles = new Map(plan.tasks.map(({ id, title }) => [id, title]));
      const titled = starts.map((start) => ({
        ...start,
        waitedFor: wordWaits(start.waitedFor),
        title: titles.get(start.task) ?? '',
      }));
      if (json) printJson({ starts: titled, ...sums });
      else printData(renderPlanText({ starts: titled, ...sums }).trimEnd());
    });
}
