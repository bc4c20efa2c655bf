import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { clientError, didYouMean } from '../client/client-error.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { taskFolder, turnFolder } from '../core/home.js';
import type { TaskStatus } from '../core/status.js';
import { plainLine } from '../report/escape.js';
import { isEnded } from '../report/word.js';
import { describeAgentLine } from './agent-line.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { LogTail } from './log-tail.js';
import { printData, printNote } from './output.js';

const POLL_MS = 500;

interface LogsOptions {
  readonly id?: string;
  readonly follow?: boolean;
  readonly raw?: boolean;
}

export function addLogs(program: Command, cli: Cli): void {
  program
    .command('logs')
    .description("show what a task's agents and checks printed, turn by turn")
    .argument('<task>', "the task's id")
    .option('-f, --follow', 'go on until the task is over')
    .option('--raw', 'the lines as the program printed them')
    .option('--id <campaign>', 'the campaign; default: the only live one, else the newest')
    .action(async (task: string, options: LogsOptions) => {
      await cli.look((client) => showLogs(cli, client, { ...options, task }));
    });
}

async function showLogs(
  cli: Cli,
  client: LonghaulClient,
  wanted: LogsOptions & { task: string },
): Promise<void> {
  const { task, follow = false, raw = false } = wanted;
  const campaign = await chooseCampaign(client, wanted.id);
  const log = new TaskLog({ cli, campaign, task, raw });
  for (;;) {
    const over = !follow || isEnded(await findTask(client, campaign, task));
    await log.printNew(over);
    if (over) break;
    await sleep(POLL_MS);
  }
  if (log.turns > 0) return;
  // Without a log, a name that does not exist is the likelier reason.
  await findTask(client, campaign, task);
  printNote(`Task ${task} of campaign ${campaign} has printed nothing yet.`);
}

async function findTask(client: LonghaulClient, campaign: string, task: string): Promise<TaskStatus> {
  const { status } = await client.status(campaign);
  const found = status.tasks.find(({ id }) => id === task);
  if (found !== undefined) return found;
  const ids = status.tasks.map(({ id }) => id);
  throw clientError(
    'client/unknown-task',
    `campaign ${campaign} has no task ${task}${didYouMean(task, ids)}`,
    `its tasks: ${ids.join(', ')}`,
  );
}

interface TaskPlace {
  readonly cli: Cli;
  readonly campaign: string;
  readonly task: string;
  readonly raw: boolean;
}

/** A task's turns in their order, and of each what is new since the last look. */
class TaskLog {
  readonly #tails = new Map<number, readonly Part[]>();

  constructor(private readonly place: TaskPlace) {}

  get turns(): number {
    return this.#tails.size;
  }

  async printNew(final: boolean): Promise<void> {
    const gens = await this.#listGens();
    for (const gen of gens) {
      const known = this.#tails.get(gen);
      if (known === undefined) printData(`── turn ${gen} ──`);
      const parts = known ?? this.#openTurn(gen);
      this.#tails.set(gen, parts);
      for (const part of parts) await this.#printPart(part, final || gen !== gens.at(-1));
    }
  }

  #openTurn(gen: number): readonly Part[] {
    const { cli, campaign, task } = this.place;
    const folder = turnFolder(cli.home, { campaign, task, gen });
    return [
      { label: '', tail: new LogTail(`${folder}/events.jsonl`) },
      { label: 'stderr', tail: new LogTail(`${folder}/stderr.log`) },
      { label: 'verify', tail: new LogTail(`${folder}/verify.log`) },
    ];
  }

  async #printPart({ label, tail }: Part, final: boolean): Promise<void> {
    for (const line of await tail.readLines(final)) {
      const told = label === '' && !this.place.raw ? describeAgentLine(line) : line;
      if (told === null) continue;
      // What agents print is not trusted: it could steer the terminal.
      const safe = this.place.raw ? [told] : told.split('\n').map(plainLine);
      for (const each of safe) printData(label === '' ? each : `${label} | ${each}`);
    }
  }

  /** Folders of turns are called by their number. */
  async #listGens(): Promise<readonly number[]> {
    const { cli, campaign, task } = this.place;
    const names = await readdir(taskFolder(cli.home, campaign, task)).catch(() => []);
    return names
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }
}

interface Part {
  readonly label: string;
  readonly tail: LogTail;
}
