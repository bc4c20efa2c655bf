import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { Cli } from '../../src/cli/cli.js';
import { EXIT } from '../../src/cli/exit-code.js';
import { buildProgram } from '../../src/cli/program.js';

const program = buildProgram(new Cli({ LONGHAUL_HOME: '/nowhere' }));
const doc = await readFile(path.join(import.meta.dirname, '../../docs/commands.md'), 'utf8');

/** From a command's heading to the next one. */
function sectionOf(command: Command): string {
  const from = doc.indexOf(`### \`longhaul ${usageOf(command)}\``);
  expect(from, `docs/commands.md has no heading for longhaul ${usageOf(command)}`).toBeGreaterThan(-1);
  const to = doc.indexOf('\n##', from + 1);
  return doc.slice(from, to === -1 ? undefined : to);
}

function usageOf(command: Command): string {
  const args = command.registeredArguments.map((arg) =>
    arg.required ? `<${arg.name()}>` : `[${arg.name()}]`,
  );
  return [command.name(), ...args].join(' ');
}

describe('docs/commands.md', () => {
  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'tells all of %s',
    (name, command) => {
      const section = sectionOf(command);
      expect(section).toContain(`$ longhaul ${name}`);
      for (const option of command.options) expect(section).toContain(`\`${option.flags}\``);
    },
  );

  it('names no command that does not exist', () => {
    const known = program.commands.map((command) => command.name());
    const named = [...doc.matchAll(/longhaul ([a-z]+)/g)].map((match) => match[1]);
    expect(named.filter((name) => !known.includes(name!))).toEqual([]);
  });

  it('tells every global option and every exit code', () => {
    const documented = [...doc.matchAll(/^\| (?:`([^`]+)`|([0-9]+)) +\|/gm)].map(
      ([, flags, code]) => flags ?? code,
    );
    for (const option of program.options) expect(documented).toContain(option.flags);
    for (const code of Object.values(EXIT)) expect(documented).toContain(String(code));
  });

  it.each(program.commands.map((command) => [command.name(), command] as const))(
    '%s explains itself',
    (_, command) => {
      expect(command.description()).not.toBe('');
      expect(command.helpInformation()).toContain(command.description().slice(0, 20));
      for (const option of command.options) expect(option.description).not.toBe('');
    },
  );
});
