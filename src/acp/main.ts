/**
 * The bridge: a program that speaks the Agent Client Protocol with an agent below it and prints Longhaul's lines, so that
 * such an agent is watched, recovered and ended as every other is. The agent is in the bridge's own process group; only
 * the bridge is asked to stop, by SIGTERM, and asks the agent by the protocol.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ndJsonStream } from '@agentclientprotocol/sdk/unstable';
import { converse } from './conversation.js';
import type { Line, Talk } from './talk.js';

/** Less than what the bridge itself is given before it is killed. */
const CANCEL_MS = 3_000;
const EXIT_MS = 2_000;
const STDOUT = 1;

/** At once: a line that is said is said, whatever becomes of us. */
const print = (line: Line) => void writeSync(STDOUT, `${JSON.stringify(line)}\n`);

async function main(): Promise<void> {
  const talk = JSON.parse(process.argv[2] ?? '{}') as Talk;
  const prompt = readFileSync(0, 'utf8');
  const [program = '', ...args] = talk.run;
  const agent = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = exitOf(agent);
  agent.once('error', (error: NodeJS.ErrnoException) => {
    print({ type: 'failure', program, start: error.code ?? error.message });
    process.exit(1);
  });
  // It may be gone before it has read all.
  agent.stdin.on('error', () => undefined);
  const stream = ndJsonStream(
    Writable.toWeb(agent.stdin),
    Readable.toWeb(agent.stdout) as ReadableStream<Uint8Array>,
  );
  const conversation = converse(stream, prompt, { talk, print });
  process.on('SIGTERM', () => {
    conversation.cancel();
    void Promise.race([conversation.ended, sleep(CANCEL_MS)]).then(() =>
      process.exit(128 + constants.signals.SIGTERM),
    );
  });
  await Promise.race([conversation.ended, exited]);
  // What it had said before it exited may still be on its way.
  await Promise.race([conversation.ended, sleep(EXIT_MS)]);
  await leave(agent, exited);
}

/** It writes its session down when its input ends. The code is its own where it ended by itself. */
async function leave(agent: ChildProcess, exited: Promise<number>): Promise<void> {
  agent.stdin?.end();
  const code = await Promise.race([exited, sleep(EXIT_MS, 0)]);
  agent.kill('SIGTERM');
  process.exit(code);
}

/** As shells tell it. */
function exitOf(agent: ChildProcess): Promise<number> {
  return new Promise((resolve) =>
    agent.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    ),
  );
}

await main();
