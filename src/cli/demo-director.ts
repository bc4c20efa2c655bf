/** Watches the demo's campaign, tells what happens, and does what a person (and an accident) would do to it. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAway, isSilent } from '../client/client-error.js';
import { isOver, type LonghaulClient } from '../client/longhaul-client.js';
import type { ReportData } from '../core/status.js';
import type { Kill } from '../demo/check.js';
import type { DemoFolder, Pace } from '../demo/folder.js';
import { accidentFile, begins, findAtWork, readMemory, type Begin } from '../demo/memory.js';
import { shortSession, tell, type Line } from '../demo/story.js';
import { readStatus } from '../server/up.js';
import type { Cli } from './cli.js';
import type { Interrupt } from './interrupt.js';

const POLL_MS = 300;
/** The worker comes back, and answers, in seconds; a machine under load may need longer. */
const COMEBACK_MS = 60_000;
const ASKING_TASK = 'discount';
const ANSWER = 'The customer gets it.';
/** The phase in whose middle the worker is killed. */
const KILL_PHASE = 'whole';

export interface Stage {
  readonly cli: Cli;
  readonly client: LonghaulClient;
  readonly folder: DemoFolder;
  readonly pace: Pace;
  readonly campaign: string;
  readonly say: (line: Line) => void;
  readonly interrupt: Interrupt;
  /** How a person types our commands, e.g. `npx longhaul`. */
  readonly longhaul: string;
}

export interface Played {
  readonly report: ReportData;
  readonly kill: Kill | null;
}

/** Returns when the campaign is over; null where a person interrupted. */
export async function direct(stage: Stage): Promise<Played | null> {
  const { client, campaign, interrupt, say } = stage;
  const crash = new Crash(stage);
  let before: ReportData | null = null;
  for (;;) {
    const report = await interrupt.orElse(lookPatiently(client, campaign));
    if (report === null) return null;
    for (const line of tell(before, report)) say(line);
    before = report;
    if (isOver(report.status)) return { report, kill: crash.kill };
    refuseSurprises(report);
    await answerQuestions(stage, report);
    await crash.play(report);
    await interrupt.sleep(POLL_MS);
    if (interrupt.happened()) return null;
  }
}

/** For some seconds after the worker was killed nobody may answer. */
async function lookPatiently(client: LonghaulClient, campaign: string): Promise<ReportData> {
  const deadline = Date.now() + COMEBACK_MS;
  for (;;) {
    try {
      return await client.report(campaign);
    } catch (error) {
      const passes = isSilent(error) || isAway(error);
      if (!passes || Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

/** A question that no script asks, a failure that came thrice for example, must not be answered for ever. */
function refuseSurprises({ status }: ReportData): void {
  const surprise = status.blockers.find(({ task }) => task !== ASKING_TASK);
  if (surprise === undefined) return;
  throw new Error(
    `the demo went wrong: task ${surprise.task} asks what no script asks: ${surprise.description}`,
  );
}

async function answerQuestions(
  { client, campaign, say, longhaul, pace }: Stage,
  report: ReportData,
): Promise<void> {
  for (const { id, task, description, raisedAt, state } of report.status.blockers) {
    // A person needs a moment, in which the others go on.
    if (state !== 'open' || Date.now() - Date.parse(raisedAt) < 2 * pace.stepMs) continue;
    say({ sign: '?', text: `${task} asks: ${description} Its lane is free meanwhile. A person would type` });
    say({ sign: '·', text: `${longhaul} answer ${campaign} ${id} "${ANSWER}"` });
    await client.answer(campaign, { blocker: id, answer: ANSWER });
    say({ sign: '✓', text: 'the demo has just done that; the same session goes on with the answer' });
  }
}

/** SIGKILL to the worker, once, when at least two agents have written half of their work. */
class Crash {
  kill: Kill | null = null;
  readonly #stage: Stage;
  #waiting: readonly Begin[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async play(report: ReportData): Promise<void> {
    if (this.kill !== null) {
      this.#tellReturns();
      return;
    }
    if (report.status.phase !== KILL_PHASE) return;
    const ids = report.status.tasks.filter(({ phase }) => phase === KILL_PHASE).map(({ id }) => id);
    const atWork = ids.flatMap((id) => findAtWork(readMemory(this.#stage.folder.memory, id)) ?? []);
    const halfWayMs = Date.now() - 1.5 * this.#stage.pace.stepMs;
    if (atWork.filter(({ at }) => Date.parse(at) < halfWayMs).length < 2) return;
    await this.#strike(atWork);
  }

  async #strike(victims: readonly Begin[]): Promise<void> {
    const { cli, say } = this.#stage;
    const worker = readStatus(cli.home).worker;
    if (worker === null) return;
    say({
      sign: '✗',
      text: `an accident, made on purpose: kill -9 ${worker.pid}, the worker of ${victims.length} running agents`,
    });
    for (const { task, session, pid } of victims)
      say({ sign: '·', text: `${task}: session ${shortSession(session)}, process ${pid}` });
    const killedAtMs = Date.now();
    process.kill(worker.pid, 'SIGKILL');
    const next = await this.#comeback(worker.pid, killedAtMs);
    writeFileSync(accidentFile(this.#stage.folder.memory), '');
    const seconds = ((Date.now() - killedAtMs) / 1_000).toFixed(1);
    say({
      sign: '↻',
      text: `the supervisor has started worker ${next} after ${seconds} s; it ends what was left behind`,
    });
    this.kill = { before: worker.pid, after: next, tasks: victims.map(({ task }) => task) };
    this.#waiting = victims;
  }

  async #comeback(killed: number, sinceMs: number): Promise<number> {
    while (Date.now() - sinceMs < COMEBACK_MS) {
      const { worker } = readStatus(this.#stage.cli.home);
      if (worker !== null && worker.pid !== killed && worker.ready) return worker.pid;
      await sleep(50);
    }
    throw new Error(`no worker came back within ${COMEBACK_MS / 1_000} s after worker ${killed} was killed`);
  }

  #tellReturns(): void {
    const { folder, say } = this.#stage;
    this.#waiting = this.#waiting.filter((victim) => {
      const last = begins(readMemory(folder.memory, victim.task)).at(-1);
      if (last === undefined || last.pid === victim.pid) return true;
      const same = last.session === victim.session ? 'the same session' : 'ANOTHER session';
      say({
        sign: '↻',
        text: `${victim.task} goes on: ${same} ${shortSession(last.session)}, process ${victim.pid} → ${last.pid}`,
      });
      return false;
    });
  }
}
