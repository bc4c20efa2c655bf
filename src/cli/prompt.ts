import type { Command } from 'commander';
import { firstPrompt } from '../agents/first-prompt.js';
import { findAdapter } from '../agents/registry.js';
import type { CampaignBrief } from '../core/brief.js';
import { ProblemError } from '../core/problem.js';
import { suggest } from '../core/spec-suggest.js';
import type { Cli } from './cli.js';
import { firstFreeId } from './free-id.js';
import { loadCampaign } from './load-campaign.js';
import { printData, printJson } from './output.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';

interface Options extends SpecOptions {
  readonly json?: boolean;
}

export function addPrompt(program: Command, cli: Cli): void {
  const command = program
    .command('prompt')
    .description("print what a task's agent would be told at its first turn; starts nothing")
    .argument('<file>', 'the campaign file (YAML or JSON)')
    .argument('<task>', 'the task');
  addSpecOptions(command)
    .option('--json', 'as JSON, with the templates that it was rendered from')
    .action(async (file: string, task: string, { json = false, ...options }: Options) => {
      const loaded = await loadCampaign({ file, home: cli.home, env: cli.env, ...readingOf(options) });
      const { brief, plan } = loaded.compileAs({
        campaign: firstFreeId(cli.home, loaded.spec.name),
        createdAt: new Date().toISOString(),
        repository: null,
        assume: true,
      });
      checkTask(brief, task);
      const [agent = null] = plan.tasks.find(({ id }) => id === task)?.agents ?? [];
      const adapter = findAdapter(brief.agents[agent ?? '']?.adapter ?? '');
      const { text, templates } = firstPrompt(brief, task, adapter?.mcp ?? false);
      const { role } = brief.tasks[task] ?? { role: null };
      if (json) printJson({ task, agent, role, templates, prompt: text });
      else printData(text.trimEnd());
    });
}

function checkTask(brief: CampaignBrief, id: string): void {
  const task = brief.tasks[id];
  if (task === undefined) {
    const ids = Object.keys(brief.tasks);
    const meant = suggest(id, ids);
    throw new ProblemError({
      code: 'prompt/unknown-task',
      message: `the campaign has no task "${id}"`,
      hint: meant === null ? `its tasks: ${ids.slice(0, MOST_NAMED).join(', ')}` : `did you mean "${meant}"?`,
      severity: 'problem',
    });
  }
  if (task.roundOver === null) return;
  throw new ProblemError({
    code: 'prompt/round',
    message: `"${id}" is a round, which takes no turn: its tasks are told`,
    hint: `name one of them, as in ${id}-1`,
    severity: 'problem',
  });
}

const MOST_NAMED = 20;
