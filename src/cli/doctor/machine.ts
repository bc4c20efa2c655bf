/** Disk, memory, ports and sandbox of this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { missing, ok, warning, type Finding } from './finding.js';
import { findOnPath, runQuickly } from './program.js';

const GB = 1024 ** 3;

export async function checkHome(root: string): Promise<Finding> {
  const place = nearestThere(root);
  const isWritable = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable)
    return missing('home', `${place} can't be written to`, 'set LONGHAUL_HOME to a folder of your own');
  return ok('home', place === root ? root : `${root} (it will be made)`);
}

/** Worktrees and mirrors: less than the first is a campaign's end, less than the second soon may be. */
const LEAST_DISK = 0.5 * GB;
const USUAL_DISK = 5 * GB;

export async function checkDisk(root: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestThere(root));
  return judgeDisk(bavail * bsize, root);
}

export function judgeDisk(free: number, root: string): Finding {
  const text = `${inGb(free)} free for ${root}`;
  const way = 'make room, or set LONGHAUL_HOME to a larger disk: every task has a clone of its own there';
  if (free < LEAST_DISK) return missing('disk', text, way);
  return free < USUAL_DISK ? warning('disk', text, way) : ok('disk', text);
}

function nearestThere(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder ? folder : nearestThere(path.dirname(folder));
}

/** What an agent takes, as measured: between these. */
const SMALL_AGENT = 0.3 * GB;
const LARGE_AGENT = 2 * GB;

/** `wanted` is how many the campaign would run at once; null where none is named. */
export function checkMemory(wanted: number | null): Finding {
  return judgeMemory(availableMemory(), wanted);
}

export function judgeMemory(free: number, wanted: number | null): Finding {
  const most = Math.floor(free / SMALL_AGENT);
  const least = Math.floor(free / LARGE_AGENT);
  const text = `${inGb(free)} free: ${least === most ? String(most) : `${least} to ${most}`} agents fit, which take 0.3 to 2 GB each`;
  const way = 'end other programs, or let fewer run at once: limits: { agents: … }';
  if (most === 0) return missing('memory', text, way);
  if (wanted !== null && wanted > most)
    return warning('memory', `${text}; the campaign would run ${wanted} at once`, way);
  if (least === 0) return warning('memory', text, way);
  if (wanted !== null && wanted > least)
    return warning(
      'memory',
      `${text}; the campaign would run ${wanted} at once, which fit if they stay small`,
      way,
    );
  return ok('memory', text);
}

/** What Linux can give without swapping is more than what is free. */
function availableMemory(): number {
  const file = '/proc/meminfo';
  const said = existsSync(file) ? /^MemAvailable: +(\d+) kB$/m.exec(readFileSync(file, 'utf8')) : null;
  return said === null ? os.freemem() : Number(said[1]) * 1024;
}

function inGb(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}

/** Where lanes' blocks of ports begin (activities/lane.ts), and how many of them are tried. */
const FIRST_PORT = 20_000;
const TRIED_PORTS = 100;
/** So many may be somebody's: agents are told their block, and a server of theirs says when a port is taken. */
const MOST_BUSY = 10;

export async function checkPorts(): Promise<Finding> {
  if (!(await isFree(0)))
    return missing('ports', 'no port of 127.0.0.1 can be opened', 'allow programs to listen on 127.0.0.1');
  const tried = Array.from({ length: TRIED_PORTS }, (_, at) => FIRST_PORT + at);
  const busy: number[] = [];
  for (const port of tried) if (!(await isFree(port))) busy.push(port);
  const range = `${FIRST_PORT} to ${FIRST_PORT + TRIED_PORTS - 1} of 127.0.0.1`;
  if (busy.length > MOST_BUSY)
    return warning(
      'ports',
      `${busy.length} of the ports ${range}, which lanes are given, are taken`,
      `see who has ${busy.slice(0, 3).join(', ')}, …: agents that start servers there would meet them`,
    );
  return ok('ports', `${TRIED_PORTS - busy.length} of the ports ${range} are free; lanes have 20 each`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const SANDBOX = 'sandbox';

/** Nothing needs it unless an agent says so. */
export async function checkSandbox(env: NodeJS.ProcessEnv): Promise<Finding> {
  if (process.platform !== 'linux')
    return warning(
      SANDBOX,
      'bubblewrap is for Linux only',
      'run the worker in a container to shut agents in',
    );
  const bwrap = await findOnPath('bwrap', env['PATH'] ?? '');
  const way =
    'install bubblewrap (apt install bubblewrap), or run the worker in a container; agents run without it';
  if (bwrap === null) return warning(SANDBOX, 'bubblewrap (bwrap) is not on the PATH', way);
  const said = await runQuickly(
    bwrap,
    ['--ro-bind', '/', '/', '--dev', '/dev', '--unshare-pid', 'true'],
    env,
  );
  if (said.ok) return ok(SANDBOX, `bubblewrap works (${bwrap})`);
  return warning(
    SANDBOX,
    `bubblewrap is there and can't be used: ${said.text}`,
    'allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap)',
  );
}
