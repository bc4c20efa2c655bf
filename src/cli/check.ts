import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { SpecRefusedError } from './exit-code.js';
import { checkFile } from './load-campaign.js';
import { countProblems, printData, printJson, printNote, printProblems } from './output.js';
import { addSpecOptions, readingOf, type SpecOptions } from './spec-option.js';

interface Options extends SpecOptions {
  readonly json?: boolean;
}

export function addCheck(program: Command, cli: Cli): void {
  const command = program
    .command('check')
    .description('find everything that is wrong with a campaign file and its repository; starts nothing')
    .argument('<file>', 'the campaign file (YAML or JSON)');
  addSpecOptions(command)
    .option('--json', 'print the problems as JSON')
    .action(async (file: string, { json = false, ...options }: Options) => {
      const { problems, loaded } = await checkFile({
        file,
        home: cli.home,
        env: cli.env,
        ...readingOf(options),
      });
      if (json) printJson(problems);
      else printProblems(problems);
      const count = countProblems(problems);
      if (loaded === null) {
        if (!json) printNote(`\n${file}: ${count}.`);
        throw new SpecRefusedError();
      }
      if (!json) printData(`${file} can run${count === '' ? '' : `, with ${count}`}.`);
    });
}
