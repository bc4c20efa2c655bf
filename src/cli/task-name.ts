/** A task as people name it: alone, with `--id`, or after its campaign, as the other commands have it. */
import type { Command } from 'commander';

export interface TaskName {
  readonly campaign: string | undefined;
  readonly task: string;
}

export function addTaskName(command: Command): Command {
  return command
    .usage('[options] [campaign] <task>')
    .argument('<task...>', "the task's id, after the campaign's or alone")
    .option('--id <campaign>', 'the campaign; default: the only live one, else the newest');
}

export function readTaskName(command: Command, words: readonly string[], id: string | undefined): TaskName {
  const [first = '', second, ...more] = words;
  if (second === undefined) return { campaign: id, task: first };
  if (more.length > 0 || (id !== undefined && id !== first))
    command.error(
      `error: expected one task, after its campaign or alone, as in \`longhaul ${command.name()} cart api\`, not "${words.join(' ')}"${id === undefined ? '' : ` with --id ${id}`}`,
    );
  return { campaign: first, task: second };
}
