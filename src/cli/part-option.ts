import { Option, type Command } from 'commander';

/** What `pause` and `resume` are about: one of them at most; none for the whole campaign. */
export interface PartOptions {
  readonly phase?: string;
  readonly agent?: string;
  readonly account?: string;
}

export function addPartOptions(command: Command, accountNote: string): Command {
  return command
    .addOption(new Option('--phase <name>', 'only this phase').conflicts(['agent', 'account']))
    .addOption(new Option('--agent <name>', 'only this agent').conflicts(['phase', 'account']))
    .addOption(new Option('--account <name>', accountNote).conflicts(['phase', 'agent']));
}
