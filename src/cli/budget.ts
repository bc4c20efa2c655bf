import { InvalidArgumentError, Option, type Command } from 'commander';
import { renderBudgets } from '../report/status-text.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printData, printJson, printNote } from './output.js';

interface Words {
  readonly usd?: number;
  readonly tokens?: number;
  readonly turns?: number;
  readonly hours?: number;
  readonly phase?: string;
  readonly task?: string;
  readonly account?: string;
  readonly json?: boolean;
}

export function addBudget(program: Command, cli: Cli): void {
  program
    .command('budget')
    .description('show what is spent, reserved and left; with a number, set the budget, and go on')
    .argument('[id]', 'the campaign; default: the only live one, else the newest')
    .option('--usd <n>', 'US dollars in all', readNumber)
    .option('--tokens <n>', 'tokens in all', readNumber)
    .option('--turns <n>', 'turns in all', readNumber)
    .option('--hours <n>', 'hours of turns in all', readNumber)
    .addOption(new Option('--phase <name>', 'of this phase').conflicts(['task', 'account']))
    .addOption(new Option('--task <id>', 'of this task').conflicts(['phase', 'account']))
    .addOption(new Option('--account <name>', 'of this account').conflicts(['phase', 'task']))
    .option('--json', 'as JSON, where no number is given')
    .action(async (id: string | undefined, { json = false, ...words }: Words) => {
      const { usd, tokens, turns, hours } = words;
      if ([usd, tokens, turns, hours].some((value) => value !== undefined))
        printNote(await cli.act(async (client) => client.raiseCap(await chooseCampaign(client, id), words)));
      else await showBudgets(cli, id, { json, words });
    });
}

async function showBudgets(
  cli: Cli,
  id: string | undefined,
  { json, words }: { readonly json: boolean; readonly words: Words },
): Promise<void> {
  const { status } = await cli.look(async (client) => client.status(await chooseCampaign(client, id)));
  const isAsked = (scope: 'phase' | 'task' | 'account', name: string) => words[scope] === name;
  const all = words.phase === undefined && words.task === undefined && words.account === undefined;
  const budgets = (status.budgets ?? []).filter(
    ({ scope, name }) => all || (scope !== 'campaign' && isAsked(scope, name)),
  );
  if (json) printJson(budgets);
  else if (budgets.length > 0) printData(renderBudgets(budgets).join('\n'));
  else
    printNote(
      `Campaign ${status.id} has no budget there; \`longhaul budget ${status.id} --usd 40\` sets one.`,
    );
}

function readNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}
