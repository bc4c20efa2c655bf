import { InvalidArgumentError, Option, type Command } from 'commander';
import { isName } from '../core/spec-name.js';
import type { Vars } from '../core/spec-var.js';

export interface VarOption {
  readonly var: Vars;
}

/** How a campaign file is to be read. */
export interface SpecOptions extends VarOption {
  readonly strict?: boolean;
}

/** The options of all commands that read a campaign file. */
export function addSpecOptions(command: Command): Command {
  return addVarOption(command).option('--strict', 'refuse the file for warnings too');
}

export function addVarOption(command: Command): Command {
  return command.addOption(
    new Option('--var <name=value>', 'what {{name}} stands for, before vars of the file; may be repeated')
      .argParser(addVar)
      .default({}, 'none'),
  );
}

/** The same, as loading a campaign takes it. */
export function readingOf({ var: vars, strict = false }: SpecOptions): { vars: Vars; strict: boolean } {
  return { vars, strict };
}

function addVar(text: string, before: Vars): Vars {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 1 || !isName(name)) throw new InvalidArgumentError('Write name=value, as in area=src/cart.');
  return { ...before, [name]: text.slice(at + 1) };
}
