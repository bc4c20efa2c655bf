import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../../src/activities/process.js';
import {
  endTree,
  findTree,
  identifyProcess,
  isAlive,
  MARK_VARIABLE,
} from '../../src/activities/process-tree.js';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-process-'));
const path = process.env['PATH'] ?? '';

function runShell(script: string, options: { stdin?: string; mark?: string } = {}) {
  const lines: string[] = [];
  const output = mkdtempSync(join(folder, 'output-'));
  const started = startProgram({
    program: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: { PATH: path, ...(options.mark === undefined ? {} : { [MARK_VARIABLE]: options.mark }) },
    stdin: options.stdin ?? null,
    stdoutFile: join(output, 'out'),
    stderrFile: join(output, 'err'),
    orderFile: join(output, 'order'),
    onLine: (line) => lines.push(line),
    outliveMs: 60_000,
  });
  return { started, lines };
}

async function pidIn(file: string): Promise<number> {
  while (!existsSync(join(folder, file)) || readFileSync(join(folder, file), 'utf8') === '') await sleep(10);
  return Number(readFileSync(join(folder, file), 'utf8'));
}

describe('startProgram', () => {
  it('gives the prompt, and hands over lines as they come, the last without its end too', async () => {
    const { started, lines } = runShell('cat; printf "a\\nb"; exit 7', { stdin: 'prompt\n' });
    const program = started;
    expect(await program.exited).toEqual({ code: 7, signal: null, startError: null });
    await program.drain();
    expect(lines).toEqual(['prompt', 'a', 'b']);
  });

  it('shows the last lines of standard error, or else of the output', async () => {
    const loud = runShell('echo out; echo first >&2; echo last >&2').started;
    const quiet = runShell('echo only out').started;
    await Promise.all([loud.exited, quiet.exited]);
    await Promise.all([loud.drain(), quiet.drain()]);
    expect([loud.output.tail(), quiet.output.tail()]).toEqual(['first\nlast', 'only out']);
  });

  it('says what the system says of a program that is not there', async () => {
    const options = {
      args: [],
      cwd: folder,
      env: { PATH: path },
      stdin: 'x',
      onLine: () => undefined,
      outliveMs: 1_000,
    };
    const files = {
      stdoutFile: join(folder, 'out'),
      stderrFile: join(folder, 'err'),
      orderFile: join(folder, 'order'),
    };
    const program = startProgram({ ...options, ...files, program: 'no-such-program' });
    expect(await program.exited).toMatchObject({ startError: 'ENOENT' });
    await program.drain();
  });

  it('leaves nothing of its own behind when the program has ended', async () => {
    const { started } = runShell('sleep 0.3');
    const guards = () =>
      execFileSync('ps', ['-A', '-o', 'ppid=,args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('kill -s KILL'));
    expect(guards()).toHaveLength(1);
    await started.exited;
    await expect.poll(guards).toEqual([]);
    await started.drain();
  });

  it('goes on without whoever started it, but not for long', async () => {
    const starter = join(import.meta.dirname, 'program-worker.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', starter, folder], { stdio: 'ignore' });
    const program = identifyProcess(await pidIn('left.pid'))!;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedMs = Date.now();
    expect(isAlive(program)).toBe(true);
    while (isAlive(program)) await sleep(10);
    expect(Date.now() - killedMs).toBeGreaterThan(1_500);
  });

  it('does not mind a program that never reads its prompt', async () => {
    const program = runShell('exit 0', { stdin: 'x'.repeat(1_000_000) }).started;
    expect(await program.exited).toMatchObject({ code: 0 });
    await program.drain();
  });

  it('keeps a flood of text without line ends out of memory', async () => {
    const { started, lines } = runShell('head -c 30000000 /dev/zero | tr "\\0" x; echo; echo after');
    const program = started;
    await program.exited;
    await program.drain();
    expect(lines).toEqual(['after']);
  });
});

describe('what a program prints', () => {
  it('is read while it runs', async () => {
    const { started, lines } = runShell('echo first; sleep 300');
    while (lines.length === 0) await sleep(10);
    expect(lines).toEqual(['first']);
    expect(started.output.chunks).toBe(1);
    await endTree({ roots: [started.identity!], mark: 'none' });
    await started.drain();
  });

  it('is read from the start again where the program empties the file', async () => {
    const script = 'echo first; sleep 0.5; echo second > /dev/stdout; sleep 0.5; echo third';
    const { started, lines } = runShell(script);
    await started.exited;
    await started.drain();
    expect(lines).toEqual(['first', 'second', 'third']);
  });

  it('may be too much: the caller is told', async () => {
    // A hole costs no disk.
    const { started, lines } = runShell('echo first; sleep 1; truncate -s 1100M /dev/stdout; sleep 300');
    await started.flooded;
    await endTree({ roots: [started.identity!], mark: 'none' });
    await started.drain();
    expect(lines).toEqual(['first']);
  });
});

describe('endTree', () => {
  it('ends what has a session of its own, and what init adopted, by the tree seen before', async () => {
    const program = runShell(
      'setsid sleep 300 & echo $! > own-session; sleep 300 & echo $! > child; wait',
    ).started;
    const pids = [await pidIn('own-session'), await pidIn('child')];
    const tree = { roots: findTree({ roots: [program.identity!], mark: 'none' }, 'skip'), mark: 'none' };
    process.kill(program.identity!.pid, 'SIGKILL');
    await program.exited;
    expect(await endTree(tree)).toEqual([]);
    expect(pids.map(identifyProcess)).toEqual([null, null]);
    await program.drain();
  });

  it('ends a double-forked daemon that nobody saw, by its mark', async () => {
    const program = runShell('(setsid sh -c "echo \\$\\$ > daemon; exec sleep 300" >/dev/null 2>&1 &)', {
      mark: 'mark-1',
    }).started;
    const daemon = identifyProcess(await pidIn('daemon'))!;
    await program.exited;
    await endTree({ roots: [], mark: 'mark-2' });
    expect(isAlive(daemon)).toBe(true);
    await endTree({ roots: [], mark: 'mark-1' });
    expect(isAlive(daemon)).toBe(false);
    await program.drain();
  });

  it('leaves a process alone that only has the pid of one it knew', async () => {
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
    const pid = bystander.pid!;
    await endTree({ roots: [{ pid, startedAs: 'long ago' }], mark: 'none' });
    expect(identifyProcess(pid)).not.toBeNull();
    bystander.kill('SIGKILL');
    await once(bystander, 'exit');
  });

  it('ends a stopped process too', async () => {
    const program = runShell('sleep 300').started;
    process.kill(program.identity!.pid, 'SIGSTOP');
    await endTree({ roots: [program.identity!], mark: 'none' });
    expect(await program.exited).toMatchObject({ signal: 'SIGKILL' });
    await program.drain();
  });
});
