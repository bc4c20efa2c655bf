/** A private Temporal server for a test file: in memory, on a free port of 127.0.0.1, gone with `teardown()`. */
import type { ClientOptions } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { inject } from 'vitest';

export interface TestServerOptions {
  readonly namespace?: string;
  /** The payload codec, for tests that share it between client and worker. */
  readonly dataConverter?: NonNullable<ClientOptions['dataConverter']>;
  /** E.g. `['limit.historyCount.suggestContinueAsNew=30']`: continue as new early. */
  readonly dynamicConfig?: readonly string[];
}

/**
 * The environment's `client`, `nativeConnection` (for Workers), `address` and `namespace` (default `default`) are
 * ready; call `teardown()` in `afterAll`. Takes about 300 ms.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: inject('temporal') },
      namespace: options.namespace ?? 'default',
      log: { format: 'pretty', level: 'error' },
      extraArgs: (options.dynamicConfig ?? []).flatMap((setting) => ['--dynamic-config-value', setting]),
    },
    client: options.dataConverter === undefined ? {} : { dataConverter: options.dataConverter },
  });
}

let installed = false;

/** The SDK's runtime is one per process, and talks a lot unless told otherwise before its first use. */
function quietRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
