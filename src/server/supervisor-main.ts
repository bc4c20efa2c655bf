/** The supervisor's process: LONGHAUL_HOME names the home, and Temporal's configuration an outside server, if any. */
import { homePaths } from '../core/home.js';
import { readOutsideServer } from './outside.js';
import { supervise } from './supervisor.js';

function log(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}

// Nothing is lost by ending at any time: server and worker go on, and the next supervisor takes them over.
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.once(name, () => {
    log(`${name}: the supervisor ends; server and worker go on`);
    process.exit(0);
  });
}

const root = process.env['LONGHAUL_HOME'];
if (root === undefined) throw new Error('LONGHAUL_HOME must name the home of this supervisor');
const outside = readOutsideServer(undefined, process.env);
await supervise({
  home: homePaths(root),
  target:
    outside === null
      ? { kind: 'embedded' }
      : {
          kind: 'outside',
          address: outside.connection.address,
          namespace: outside.connection.namespace,
        },
  env: process.env,
  log,
});
