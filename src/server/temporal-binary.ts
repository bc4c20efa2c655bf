/** The ways to a Temporal dev server, in order: an installed one, the SDK's own download, building it with Go. */
import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HomePaths } from '../core/home.js';
import { ProblemError } from '../core/problem.js';
import { nodeCommand, runTool } from './daemon.js';
import { showStep, type OnStep } from './step.js';

export interface TemporalBinary {
  readonly binary: string;
  /** E.g. `1.5.1 (Server 1.29.1, UI 2.42.1)`. */
  readonly version: string;
}

export interface FindOptions {
  readonly home: HomePaths;
  readonly env: NodeJS.ProcessEnv;
  readonly onStep: OnStep;
}

const MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

interface Way {
  readonly name: string;
  /** Returns the binary's path, or throws with why not. */
  readonly take: (options: FindOptions) => string | Promise<string>;
}

const ways: readonly Way[] = [
  { name: '`temporal` on the PATH', take: ({ env }) => findOnPath('temporal', env) },
  { name: '`temporal` in LONGHAUL_HOME/bin', take: ({ home }) => findIn(home.bin, 'temporal') },
  { name: "the Temporal SDK's download", take: download },
  { name: `go install ${MODULE}`, take: buildWithGo },
];

/** Throws a ProblemError that lists every way and why it failed. */
export async function findTemporal(options: FindOptions): Promise<TemporalBinary> {
  const failures: string[] = [];
  for (const way of ways) {
    try {
      const binary = await way.take(options);
      return { binary, version: await readVersion(binary) };
    } catch (error) {
      failures.push(`  - ${way.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ProblemError({
    code: 'server/no-temporal',
    message: `no Temporal server could be found or installed:\n${failures.join('\n')}`,
    hint: `install Temporal's CLI (https://docs.temporal.io/cli#install, e.g. \`brew install temporal\`) so that \`temporal\` is on the PATH or at ${options.home.bin}/temporal; or name a running server: --address HOST:PORT`,
    severity: 'problem',
  });
}

/** Null where none is installed: nothing is downloaded or built. */
export async function findInstalled({
  home,
  env,
}: Pick<FindOptions, 'home' | 'env'>): Promise<TemporalBinary | null> {
  for (const find of [() => findOnPath('temporal', env), () => findIn(home.bin, 'temporal')]) {
    try {
      const binary = find();
      return { binary, version: await readVersion(binary) };
    } catch {
      // The next way, or none.
    }
  }
  return null;
}

async function readVersion(binary: string): Promise<string> {
  const said = await runTool(binary, ['--version'], { timeoutMs: 30_000 });
  const version = /^temporal version (.+)$/m.exec(said)?.[1];
  if (version === undefined)
    throw new Error(`${binary} --version said "${said.slice(0, 80)}", not "temporal version …"`);
  return version.trim();
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    if (path.isAbsolute(folder) && isExecutable(file)) return file;
  }
  throw new Error('not there');
}

function findIn(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (isExecutable(file)) return file;
  throw new Error(`no executable file ${file}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const STALL_MS = 30_000;

/**
 * The SDK downloads as a part of starting a test server, natively and without a way to stop it: so it does that in a
 * process of its own, which is ended when no byte has come for 30 s (a firewall that swallows packets, say).
 */
async function download({ home, env, onStep }: FindOptions): Promise<string> {
  const folder = `${home.bin}/download`;
  mkdirSync(folder, { recursive: true });
  const stalled = new AbortController();
  const watch = watchFolder(folder, () => stalled.abort());
  const { command, args } = nodeCommand(new URL('./download-main.js', import.meta.url));
  try {
    const file = await showStep(onStep, "downloading Temporal's dev server", () =>
      runTool(command, [...args, folder], { timeoutMs: 1_800_000, env, cancelSignal: stalled.signal }),
    );
    renameSync(file.trim(), path.join(home.bin, 'temporal'));
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`nothing came for ${STALL_MS / 1_000} s`, { cause: error });
    throw error;
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true, force: true });
  }
  return findIn(home.bin, 'temporal');
}

function watchFolder(folder: string, onStall: () => void): NodeJS.Timeout {
  let size = 0;
  let grewAt = Date.now();
  return setInterval(() => {
    const now = folderSize(folder);
    if (now !== size) grewAt = Date.now();
    size = now;
    if (Date.now() - grewAt > STALL_MS) onStall();
  }, 1_000);
}

function folderSize(folder: string): number {
  return readdirSync(folder)
    .map((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

async function buildWithGo({ home, env, onStep }: FindOptions): Promise<string> {
  let go: string;
  try {
    go = findOnPath('go', env);
  } catch {
    throw new Error('Go is not on the PATH');
  }
  mkdirSync(home.bin, { recursive: true });
  await showStep(onStep, `building Temporal's dev server: go install ${MODULE} (some minutes, once)`, () =>
    runTool(go, ['install', MODULE], { timeoutMs: 1_800_000, env: { ...env, GOBIN: home.bin } }),
  );
  return findIn(home.bin, 'temporal');
}
