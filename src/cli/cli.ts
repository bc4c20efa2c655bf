/** What every command is given: the places, the server, and where its exit code goes. */
import os from 'node:os';
import path from 'node:path';
import { LonghaulClient } from '../client/longhaul-client.js';
import type { Target } from '../client/connection.js';
import { homePaths, type HomePaths } from '../core/home.js';
import { readOutsideServer } from '../server/outside.js';
import { ensureUp, readStatus, type Up } from '../server/up.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { makeHome } from './make-home.js';
import { printNote } from './output.js';

export class Cli {
  exitCode: ExitCode = EXIT.done;
  readonly home: HomePaths;

  /** `--address` and `--namespace` are in `env` already, as Temporal's own variables. */
  constructor(readonly env: NodeJS.ProcessEnv) {
    this.home = homePaths(path.resolve(env['LONGHAUL_HOME'] || path.join(os.homedir(), '.longhaul')));
  }

  /** Brings server and worker to life where they are not; says on stderr what it does. */
  async bringUp(): Promise<Up> {
    makeHome(this.home);
    // What can't be asked may well be at work.
    const isBusy = () => this.look((client) => client.hasOpenCampaigns()).catch(() => true);
    return ensureUp({ home: this.home, onStep: printNote, isBusy });
  }

  /** For commands that only look: asks the server that is there, and starts none. */
  async look<T>(ask: (client: LonghaulClient) => Promise<T>): Promise<T> {
    const client = new LonghaulClient({
      home: this.home.root,
      findTarget: () => Promise.resolve(this.findServer()),
    });
    try {
      return await ask(client);
    } finally {
      await client.close();
    }
  }

  /** For commands that change something. */
  async act<T>(ask: (client: LonghaulClient, up: Up) => Promise<T>): Promise<T> {
    const up = await this.bringUp();
    return this.look((client) => ask(client, up));
  }

  /** The campaign's page in the Temporal UI; null where nobody knows where an outside server has its UI. */
  temporalPage(campaign: string): string | null {
    const { server } = readStatus(this.home);
    if (server === null || this.findServer()?.address !== server.address) return null;
    return `${server.uiUrl}/namespaces/${server.namespace}/workflows/${campaign}`;
  }

  /** The server that is there: the one that is named, else the one that this home works with; null = none. */
  findServer(): Target | null {
    const outside = readOutsideServer(undefined, this.env);
    if (outside !== null)
      return {
        ...outside.connection,
        isOutside: outside.connection.address !== readStatus(this.home).server?.address,
      };
    // A worker's record tells which outside server this home works with, where the configuration no longer does.
    const { server, worker } = readStatus(this.home);
    const known = server ?? worker;
    return known === null
      ? null
      : {
          address: known.address,
          namespace: known.namespace,
          isOutside: server === null && worker?.embedded === false,
        };
  }
}
