import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/activities/command.js';
import { maskOf } from '../../src/core/mask.js';
import { temporaryFolder } from '../fixture-repository.js';

function run(
  command: string,
  {
    cwd = temporaryFolder(),
    timeoutMs = 30_000,
    signal = new AbortController().signal,
    mask = (text: string) => text,
  } = {},
) {
  return runCommand({
    command,
    cwd,
    env: { PATH: process.env['PATH'] ?? '' },
    timeoutMs,
    logFile: `${cwd}/out.log`,
    mask,
    signal,
  });
}

/** Resolves when the file is there. */
async function appears(folder: string, name: string): Promise<string> {
  const watcher = watch(folder);
  while (!existsSync(`${folder}/${name}`)) await once(watcher, 'change');
  watcher.close();
  return readFileSync(`${folder}/${name}`, 'utf8').trim();
}

/** Resolves when no process has the id; a zombie counts as none. */
async function isGone(pid: string): Promise<void> {
  const lives = () => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
    } catch {
      return false;
    }
  };
  while (lives()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('tells how it ended, with stdout and stderr together', async () => {
  expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({ exitCode: 3, timedOut: false });
  expect((await run('echo out; sleep 0.2; echo err >&2')).tail).toBe('out\nerr');
  expect(await run('kill -9 $$')).toMatchObject({ exitCode: 137 });
});

test('keeps the last 200 lines of a flood', async () => {
  const { tail } = await run('seq 1 100000');
  expect(tail.split('\n')).toHaveLength(200);
  expect(tail.endsWith('\n100000')).toBe(true);
});

test('has no input, and ends what it left running', async () => {
  const cwd = temporaryFolder();
  expect(await run('cat; sleep 300 & echo $! > pid', { cwd })).toMatchObject({ exitCode: 0 });
  await isGone(readFileSync(`${cwd}/pid`, 'utf8').trim());
});

test('gives a command that is cancelled time to clean up, and throws the reason', async () => {
  const cwd = temporaryFolder();
  const controller = new AbortController();
  const running = run("trap 'sleep 0.3; touch cleaned; exit' TERM; touch started; sleep 300 & wait", {
    cwd,
    signal: controller.signal,
  });
  await appears(cwd, 'started');
  controller.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
  expect(existsSync(`${cwd}/cleaned`)).toBe(true);
});

test('ends with the process that started it, also when that is killed', async () => {
  const cwd = temporaryFolder();
  const module = new URL('../../src/activities/command.ts', import.meta.url).href;
  const order = {
    command: 'echo $$ > pid.new; mv pid.new pid; sleep 300',
    cwd,
    env: process.env,
    timeoutMs: 60_000,
    logFile: `${cwd}/out.log`,
  };
  const script = `import { runCommand } from ${JSON.stringify(module)};
    await runCommand({ ...${JSON.stringify(order)}, mask: (text) => text, signal: new AbortController().signal });`;
  const worker = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: 'inherit',
  });
  const pid = await appears(cwd, 'pid');
  worker.kill('SIGKILL');
  await isGone(pid);
});

test('neither the log nor the tail has a masked value, also where it comes in two pieces or without a line end', async () => {
  const cwd = temporaryFolder();
  const command = 'printf "key sec"; sleep 0.3; echo "ret-1 here"; printf "again secret-1" >&2';
  const { tail } = await run(command, { cwd, mask: maskOf(['secret-1']) });
  const log = readFileSync(`${cwd}/out.log`, 'utf8');
  for (const text of [tail, log.slice(log.indexOf('\n'))]) {
    expect(text).toContain('key *** here');
    expect(text).toContain('again ***');
    expect(text).not.toContain('ret-1');
  }
});
