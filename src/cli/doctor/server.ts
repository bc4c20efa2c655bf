/** Git and the Temporal server: found, and not yet started. */
import { connect } from 'node:net';
import type { HomePaths } from '../../core/home.js';
import { ProblemError } from '../../core/problem.js';
import { findInstalled } from '../../server/temporal-binary.js';
import { readOutsideServer } from '../../server/outside.js';
import { readStatus } from '../../server/up.js';
import { checkGitVersion } from '../../worker/preflight.js';
import { missing, ok, warning, type Finding } from './finding.js';
import { findOnPath } from './program.js';

export async function checkGit(): Promise<Finding> {
  const problem = await checkGitVersion();
  if (problem === null) return ok('git', 'git is there, and new enough');
  return missing('git', problem.message, problem.hint ?? '');
}

const WHAT = 'server';
const INSTALL =
  "install Temporal's CLI (https://docs.temporal.io/cli#install), or name a server: --address HOST:PORT";

export async function checkServer(home: HomePaths, env: NodeJS.ProcessEnv): Promise<Finding> {
  const named = readNamed(env);
  if ('state' in named) return named;
  if (named.address !== null) {
    if (await answers(named.address)) return ok(WHAT, `your own, ${named.address}, can be reached`);
    return missing(
      WHAT,
      `your own, ${named.address}, can't be reached`,
      'start it, or take TEMPORAL_ADDRESS and the like away to have an embedded one',
    );
  }
  const { server } = readStatus(home);
  if (server !== null && (await answers(server.address)))
    return ok(WHAT, `the embedded one runs on ${server.address}`);
  const installed = await findInstalled({ home, env });
  if (installed !== null)
    return ok(
      WHAT,
      `Temporal ${installed.version} is installed (${installed.binary}); the first command starts it`,
    );
  const hasGo = (await findOnPath('go', env['PATH'] ?? '')) !== null;
  const then = hasGo ? 'downloads it, or builds it with Go' : 'tries to download it';
  return warning(WHAT, `no Temporal server is installed; \`longhaul up\` ${then}`, INSTALL);
}

function readNamed(env: NodeJS.ProcessEnv): Finding | { readonly address: string | null } {
  try {
    return { address: readOutsideServer(undefined, env)?.connection.address ?? null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return missing(WHAT, error.problem.message, error.problem.hint ?? INSTALL);
  }
}

const PATIENCE_MS = 5_000;

/** Somebody listens there; who it is, the first command finds out. */
function answers(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, at).replace(/^\[|\]$/g, ''), Number(address.slice(at + 1))];
  if (at < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
