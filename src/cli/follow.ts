/** Shows a campaign until it is over, or until Ctrl-C; the campaign itself does not mind either way. */
import { readPlan } from '../client/campaign-folder.js';
import { isAway, isSilent } from '../client/client-error.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { isOver } from '../client/longhaul-client.js';
import type { StatusRead } from '../client/status-read.js';
import type { Cli } from './cli.js';
import { EXIT, exitCodeOfCampaign, type ExitCode } from './exit-code.js';
import { Forecast } from './forecast.js';
import { makeView, type View } from './follow-view.js';
import { listenForInterrupt, type Interrupt } from './interrupt.js';
import { printNote } from './output.js';
import { printOutcome } from './outcome.js';

const POLL_MS = 1_000;
/** After the last task: the report is written and the workflow closes. */
const CLOSE_DEADLINE_MS = 30_000;

export interface FollowOptions {
  readonly id: string;
  readonly json: boolean;
  /** It is certain that the server has it. */
  readonly known: boolean;
}

export async function followCampaign(
  cli: Cli,
  client: LonghaulClient,
  { id, json, known }: FollowOptions,
): Promise<ExitCode> {
  const interrupt = listenForInterrupt();
  const view = makeView(json, new Forecast(() => readPlan(cli.home, id)));
  try {
    const watching = { client, id, view, interrupt, known };
    const last = await showUntilOver(watching);
    view.close();
    if (last === null) return sayGoesOn(id);
    await interrupt.orElse(client.result(id, CLOSE_DEADLINE_MS).catch(() => null));
    const { status } = (await readOnceBack({ ...watching, known: true })) ?? last;
    if (!json) printOutcome(cli, status);
    return exitCodeOfCampaign(status.state);
  } finally {
    view.close();
    interrupt.stop();
  }
}

interface Watching {
  readonly client: LonghaulClient;
  readonly id: string;
  readonly view: View;
  readonly interrupt: Interrupt;
  readonly known: boolean;
}

/** Null where a person interrupted. */
async function showUntilOver(watching: Watching): Promise<StatusRead | null> {
  const { view, interrupt } = watching;
  for (let { known } = watching; ; known = true) {
    const read = await readOnceBack({ ...watching, known });
    if (read === null) return null;
    await view.show(read);
    if (isOver(read.status)) return read;
    await interrupt.sleep(POLL_MS);
    if (interrupt.happened()) return null;
  }
}

/** Waits for a server or worker that is away. Null where a person interrupted. */
async function readOnceBack({ client, id, interrupt, ...watching }: Watching): Promise<StatusRead | null> {
  for (let { known } = watching; ; known = true) {
    const read = await interrupt.orElse(readWhileAway(client, id, known));
    if (interrupt.happened()) return null;
    if (read !== null) return read;
    await interrupt.sleep(POLL_MS);
    if (interrupt.happened()) return null;
  }
}

/** A server or worker that was killed comes back; a campaign that is known does not vanish meanwhile. */
async function readWhileAway(client: LonghaulClient, id: string, known: boolean): Promise<StatusRead | null> {
  try {
    return await client.status(id);
  } catch (error) {
    if (isSilent(error) || (known && isAway(error))) return null;
    throw error;
  }
}

function sayGoesOn(id: string): ExitCode {
  printNote(`\nCampaign ${id} goes on without this terminal.`);
  printNote(`  look again:  longhaul watch ${id}`);
  printNote(`  end it:      longhaul cancel ${id}`);
  return EXIT.interrupted;
}
