import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { readBrief } from '../client/campaign-folder.js';
import { clientError, didYouMean } from '../client/client-error.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { taskFolder, turnFolder } from '../core/home.js';
import type { TaskStatus } from '../core/status.js';
import { plainLine } from '../report/escape.js';
import { isEnded } from '../report/word.js';
import { readMask } from '../worker/copied-values.js';
import { chooseCampaign } from './campaign-id.js';
import type { Cli } from './cli.js';
import { printData, printNote } from './output.js';
import { printerOf, type Print } from './print-log.js';
import { addTaskName, readTaskName, type TaskName } from './task-name.js';
import { TurnLog } from './turn-log.js';

const POLL_MS = 500;

interface LogsOptions {
  readonly id?: string;
  readonly follow?: boolean;
  readonly raw?: boolean;
  readonly json?: boolean;
}

export function addLogs(program: Command, cli: Cli): void {
  const command = addTaskName(program.command('logs'));
  command
    .description("show what a task's agents and checks printed, turn by turn")
    .option('-f, --follow', 'go on until the task is over')
    .option('--raw', 'the lines as the program printed them')
    .option('--json', 'one line of JSON for each line: { turn, source, text }')
    .action(async (words: readonly string[], options: LogsOptions) => {
      const name = readTaskName(command, words, options.id);
      await cli.look((client) => showLogs(cli, client, { ...options, ...name }));
    });
}

async function showLogs(cli: Cli, client: LonghaulClient, wanted: LogsOptions & TaskName): Promise<void> {
  const { task, follow = false, raw = false, json = false } = wanted;
  const campaign = await chooseCampaign(client, wanted.campaign, 'option');
  // What agents print is kept as their programs wrote it: it is masked here.
  const brief = await readBrief(cli.home, campaign);
  const mask = brief === null ? (text: string) => text : await readMask(cli.home, brief, task);
  const print = printerOf({ json, raw }, mask);
  const log = new TaskLog({ cli, campaign, task, print, printHead: json ? () => undefined : printHead });
  for (;;) {
    const over = !follow || isEnded(await findTask(client, campaign, task));
    await log.printNew(over);
    if (over) break;
    await sleep(POLL_MS);
  }
  if (log.turns > 0) return;
  // Without a log, a name that does not exist is the likelier reason.
  printNote(whyNothing(campaign, await findTask(client, campaign, task)));
}

function whyNothing(campaign: string, task: TaskStatus): string {
  const { id, state, note } = task;
  const what = `Task ${id} of campaign ${campaign}`;
  const why = note === '' ? '' : `: ${plainLine(note)}`;
  return isEnded(task)
    ? `${what} is over (${state}), and nothing was printed${why}`
    : `${what} has printed nothing yet; it is ${state}.`;
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
  readonly print: Print;
  readonly printHead: (gen: number) => void;
}

/** A task's turns in their order, and of each what is new since the last look. */
class TaskLog {
  readonly #turns = new Map<number, TurnLog>();

  constructor(private readonly place: TaskPlace) {}

  get turns(): number {
    return this.#turns.size;
  }

  async printNew(final: boolean): Promise<void> {
    const gens = await this.#listGens();
    for (const gen of gens) {
      const turn = this.#turns.get(gen) ?? this.#openTurn(gen);
      for (const line of await turn.readNew(final || gen !== gens.at(-1))) this.place.print(gen, line);
    }
  }

  #openTurn(gen: number): TurnLog {
    const { cli, campaign, task, printHead } = this.place;
    const turn = new TurnLog(turnFolder(cli.home, { campaign, task, gen }));
    this.#turns.set(gen, turn);
    printHead(gen);
    return turn;
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

function printHead(gen: number): void {
  printData(`── turn ${gen} ──`);
}
