/**
 * Which host this is. Several may share a LONGHAUL_HOME, machines or containers, and each has a process table of its
 * own: a pid says something only to whoever counts in the same one.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { ProblemError } from '../core/problem.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * The host's name among those that share its home: LONGHAUL_HOST, else the system's host name, which lasts over restarts
 * of a machine and of a container. Nothing hangs on it but who takes over from whom at once: a host that comes back
 * under another name finds its work taken over by whoever is there.
 *
 * @throws ProblemError where LONGHAUL_HOST is no name
 */
export function hostName(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['LONGHAUL_HOST'] ?? '';
  if (given === '')
    return (
      os
        .hostname()
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .slice(0, 63) || 'host'
    );
  if (NAME.test(given)) return given;
  throw new ProblemError({
    code: 'worker/host-name',
    message: `LONGHAUL_HOST must be a name of up to 63 letters, digits, dots, underscores and hyphens, not "${given}"`,
    hint: 'each host that shares a LONGHAUL_HOME needs a name of its own; without LONGHAUL_HOST it is the host name',
    severity: 'problem',
  });
}

let known: string | null = null;

/** What pids count in: this boot of the system, and on Linux this pid namespace, as each container has one. */
export function pidSpace(): string {
  known ??= process.platform === 'linux' ? linuxPidSpace() : bootSession();
  return known;
}

function linuxPidSpace(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
}

function bootSession(): string {
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
}
