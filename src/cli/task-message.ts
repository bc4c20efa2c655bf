/** `retry` and `skip`: what a person says of one task. */
import type { Command } from 'commander';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printNote } from './output.js';
import { addTaskName, readTaskName } from './task-name.js';

interface TaskMessageOptions {
  readonly note?: string;
  readonly id?: string;
}

interface TaskMessageCommand {
  readonly name: 'retry' | 'skip';
  readonly description: string;
  readonly note: string;
}

function addTaskMessage(program: Command, cli: Cli, { name, description, note }: TaskMessageCommand): void {
  const command = addTaskName(program.command(name));
  command
    .description(description)
    .option('--note <text>', note)
    .action(async (words: readonly string[], options: TaskMessageOptions) => {
      const { campaign, task } = readTaskName(command, words, options.id);
      const message = { task, note: options.note ?? null };
      printNote(
        await cli.act(async (client) =>
          client[name](await chooseCampaign(client, campaign, 'option'), message),
        ),
      );
    });
}

export function addRetry(program: Command, cli: Cli): void {
  addTaskMessage(program, cli, {
    name: 'retry',
    description: 'give a task one more attempt, in a campaign that goes on',
    note: 'what its agent is told this time',
  });
}

export function addSkip(program: Command, cli: Cli): void {
  addTaskMessage(program, cli, {
    name: 'skip',
    description: 'give up a task that waits, rests or is blocked; what needs it is skipped too',
    note: 'why, for the report',
  });
}
