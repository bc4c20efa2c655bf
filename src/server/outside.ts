/** A Temporal server that somebody else runs, as `--address` or Temporal's standard configuration name it. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { ProblemError } from '../core/problem.js';
import { hasNamespace, NAMESPACE, registerNamespace } from './namespace.js';
import type { OnStep } from './step.js';

/** How to reach a server: what a client needs for its connection. Holds secrets: never written to a file. */
export interface ServerConnection {
  /** host:port. */
  readonly address: string;
  readonly namespace: string;
  readonly tls?: NonNullable<ConnectionOptions['tls']>;
  readonly apiKey?: string;
  readonly metadata?: NonNullable<ConnectionOptions['metadata']>;
}

interface OutsideServer {
  readonly connection: ServerConnection;
  /** Named by the configuration, so not ours to make. */
  readonly namespaceGiven: boolean;
}

/**
 * Null where neither names a server. Throws a ProblemError where the configuration can't be read.
 * https://docs.temporal.io/develop/environment-configuration
 */
export function readOutsideServer(address: string | undefined, env: NodeJS.ProcessEnv): OutsideServer | null {
  const { connectionOptions, namespace } = loadConfiguration(env);
  const { tls, apiKey, metadata } = connectionOptions;
  const named = address ?? connectionOptions.address;
  if (named === undefined || named === '') return null;
  return {
    connection: {
      address: named,
      namespace: namespace ?? NAMESPACE,
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata }),
    },
    namespaceGiven: namespace !== undefined,
  };
}

function loadConfiguration(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars });
  } catch (error) {
    throw new ProblemError(
      {
        code: 'server/configuration',
        message: `Temporal's configuration can't be read: ${sayInOneLine(error)}`,
        hint: 'see the TEMPORAL_… variables and the file that TEMPORAL_CONFIG_FILE names (default: temporalio/temporal.toml in the configuration folder); `temporal config list` shows what they say',
        severity: 'problem',
      },
      { cause: error },
    );
  }
}

/** TOML's parser draws the place, over several lines. */
function sayInOneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** Makes sure that the server answers and has the namespace. Throws a ProblemError where it does not. */
export async function checkOutsideServer(server: OutsideServer, onStep: OnStep): Promise<void> {
  const { address, namespace } = server.connection;
  onStep(`asking the Temporal server ${address} for the namespace ${namespace}`);
  if (await answers(server.connection)) return;
  if (server.namespaceGiven)
    throw namespaceMissing(server.connection, 'none is made under a name that somebody else chose');
  onStep(`making the namespace ${namespace}`);
  try {
    await registerNamespace(server.connection, namespace);
  } catch (error) {
    throw namespaceMissing(server.connection, describe(error));
  }
}

async function answers(connection: ServerConnection): Promise<boolean> {
  try {
    return await hasNamespace(connection, connection.namespace, 10_000);
  } catch (error) {
    throw new ProblemError(
      {
        code: 'server/unreachable',
        message: `the Temporal server ${connection.address} does not answer: ${describe(error)}`,
        hint: 'is the address right (HOST:PORT of gRPC, not of the UI), and do TLS and API key fit? `temporal operator cluster health` asks with the same configuration',
        severity: 'problem',
      },
      { cause: error },
    );
  }
}

function namespaceMissing({ address, namespace }: ServerConnection, why: string): ProblemError {
  return new ProblemError({
    code: 'server/no-namespace',
    message: `the Temporal server ${address} has no namespace ${namespace} (${why})`,
    hint: `make it: temporal operator namespace create --retention 90d ${namespace}; or name another: TEMPORAL_NAMESPACE`,
    severity: 'problem',
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.cause instanceof Error ? error.cause.message : error.message).split('\n')[0] ?? '';
}
