/** One connection to the Temporal server, made when it is first needed and made anew where the server moved. */
import { Client, Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { type ProblemError } from '../core/problem.js';
import { clientError } from './client-error.js';
import { dataConverter } from './codec.js';

/** Where the campaigns live. */
export interface Target {
  /** host:port. */
  readonly address: string;
  readonly namespace: string;
  readonly tls?: NonNullable<ConnectionOptions['tls']>;
  readonly apiKey?: string;
  readonly metadata?: NonNullable<ConnectionOptions['metadata']>;
  /** Somebody else runs it: no command of ours can start it. */
  readonly isOutside?: boolean;
}

/** Looks the target up each time, since an embedded server that was started anew has other ports; null = none runs. */
export type FindTarget = () => Promise<Target | null>;

/** How long a command waits for a server that may not be there. */
const REACH_DEADLINE_MS = 3_000;

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const FAILED_PRECONDITION = 9;

export class CampaignConnection {
  #open: Promise<{ readonly client: Client; readonly target: Target }> | null = null;

  constructor(private readonly findTarget: FindTarget) {}

  /**
   * Calls the server with a deadline for all that `ask` does.
   * @throws ProblemError `client/unreachable` or `server/unreachable` where no server answers (`isAway`), `server/no-namespace`;
   * what else `ask` throws passes through.
   */
  async call<T>(deadlineMs: number, ask: (client: Client) => Promise<T>): Promise<T> {
    const { client, target } = await this.#connect();
    try {
      return await client.withDeadline(Date.now() + deadlineMs, () => ask(client));
    } catch (error) {
      if (error instanceof NamespaceNotFoundError) throw noNamespace(target);
      if (grpcCode(error) !== UNAVAILABLE) throw error;
      await this.close();
      throw unreachable(target, '');
    }
  }

  /** A call that a server that is well answers at once. */
  async ask<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await this.call(REACH_DEADLINE_MS, ask);
    } catch (error) {
      if (!isDeadline(error)) throw error;
      const { target } = await this.#connect();
      throw unreachable(target, ` within ${REACH_DEADLINE_MS / 1000} s`);
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.then(({ client }) => client.connection.close()).catch(() => undefined);
  }

  async #connect(): Promise<{ readonly client: Client; readonly target: Target }> {
    this.#open ??= this.#dial();
    try {
      return await this.#open;
    } catch (error) {
      this.#open = null;
      throw error;
    }
  }

  async #dial(): Promise<{ readonly client: Client; readonly target: Target }> {
    const target = await this.findTarget();
    if (target === null) throw noneRuns();
    const { namespace, ...reach } = target;
    try {
      const connection = await Connection.connect({ ...reach, connectTimeout: REACH_DEADLINE_MS });
      const client = new Client({ connection, namespace, dataConverter });
      return { client, target };
    } catch (error) {
      throw unreachable(target, `: ${firstLine(error)}`);
    }
  }
}

/** No answer within the deadline: the server is there, and no worker (or not in time). */
export function isDeadline(error: unknown): boolean {
  return grpcCode(error) === DEADLINE_EXCEEDED;
}

/** The campaign's workflow task failed with the update in it, as where it continues as new at that very moment. */
export function isGivenBack(error: unknown): boolean {
  return grpcCode(error) === FAILED_PRECONDITION;
}

/** The SDK wraps gRPC's error in one or two of its own. */
function grpcCode(error: unknown): number | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if (isGrpcServiceError(at)) return at.code;
  }
  return null;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function noneRuns(): ProblemError {
  return clientError(
    'client/unreachable',
    'no Temporal server is running for this LONGHAUL_HOME',
    '`longhaul up` starts it; --address names another one',
  );
}

function unreachable({ address, isOutside = false }: Target, why: string): ProblemError {
  return isOutside
    ? clientError(
        'server/unreachable',
        `the Temporal server ${address} does not answer${why}`,
        'does it run, is the address right (HOST:PORT of gRPC, not of the UI), and do TLS and API key fit?',
      )
    : clientError(
        'client/unreachable',
        `no Temporal server answers at ${address}${why}`,
        '`longhaul up` brings it back; --address names another one',
      );
}

function noNamespace({ address, namespace }: Target): ProblemError {
  return clientError(
    'server/no-namespace',
    `the Temporal server ${address} has no namespace ${namespace}`,
    'correct --namespace (or TEMPORAL_NAMESPACE); without it, `longhaul up` makes the namespace longhaul',
  );
}
