/** Longhaul's namespace on a server: does it answer there, and is a closed campaign kept long enough? */
import { msToTs } from '@temporalio/common/lib/time.js';
import { Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';

/** Where closed campaigns stay readable: ten years. The dev server would forget them after a day. */
const RETENTION = msToTs('3650 days');

/** The namespace of the embedded server, and of an outside one where the configuration names none. */
export const NAMESPACE = 'longhaul';

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && (error.code as number) === code;
}

/** Opens a connection for one errand, every call of which must answer by the deadline. */
async function withConnection<Result>(
  options: ConnectionOptions,
  timeoutMs: number,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await Connection.connect({ ...options, connectTimeout: timeoutMs });
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, () => work(connection));
  } finally {
    await connection.close();
  }
}

/** Throws where the server does not answer in time; false where it has no such namespace. */
export async function hasNamespace(
  options: ConnectionOptions,
  namespace: string,
  timeoutMs: number,
): Promise<boolean> {
  return withConnection(options, timeoutMs, async (connection) => {
    try {
      await connection.workflowService.describeNamespace({ namespace });
      return true;
    } catch (error) {
      if (hasCode(error, NOT_FOUND)) return false;
      throw error;
    }
  });
}

export async function isServing(address: string, namespace: string, timeoutMs: number): Promise<boolean> {
  try {
    return await hasNamespace({ address }, namespace, timeoutMs);
  } catch {
    return false;
  }
}

export async function registerNamespace(options: ConnectionOptions, namespace: string): Promise<void> {
  await withConnection(options, 10_000, async ({ workflowService }) => {
    try {
      await workflowService.registerNamespace({
        namespace,
        description: 'Campaigns of Longhaul',
        workflowExecutionRetentionPeriod: RETENTION,
      });
    } catch (error) {
      if (!hasCode(error, ALREADY_EXISTS)) throw error;
    }
  });
}

/** For the embedded server, which makes its namespace itself, with the dev server's short retention. */
export async function extendRetention(address: string, namespace: string): Promise<void> {
  await withConnection({ address }, 10_000, ({ workflowService }) =>
    workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: RETENTION },
    }),
  );
}
