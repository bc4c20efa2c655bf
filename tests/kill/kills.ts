/** What is killed, and how. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { killProcess, signal, type KillLab } from './kill-lab.js';
import type { Random } from './random.js';

type Kill = (lab: KillLab, random: Random) => Promise<void>;

/** Waits until there is an agent to kill; none where the campaign ended meanwhile. */
const killAgent: Kill = async (lab, random) => {
  const agents = await lab.waitFor('an agent', () => {
    if (lab.client?.child.exitCode !== null) return [];
    const found = lab.agents();
    return found.length > 0 && found;
  });
  if (agents.length === 0) return;
  const { task, pid } = random.of(agents);
  lab.log(`agent of ${task} (pid ${pid})`);
  signal(pid, 'SIGKILL');
};

function killService(name: 'worker' | 'server' | 'supervisor'): Kill {
  return async (lab) => {
    const living = await lab.waitFor(`a ${name}`, () => lab.record(name));
    lab.log(`${name} (pid ${living.pid})`);
    await killProcess(living);
  };
}

const killClient: Kill = async (lab) => {
  const { client } = lab;
  if (client === null || client.child.exitCode !== null) return;
  lab.log(`client (pid ${client.child.pid})`);
  client.child.kill('SIGKILL');
  await client.ended;
};

/** As where the power fails: git, checks and helpers too, again and again until nothing is left that could be started. */
const killAll: Kill = async (lab) => {
  lab.log('all at once');
  for (let left = lab.processes(); left.length > 0; left = lab.processes()) {
    for (const { pid } of left) signal(pid, 'SIGKILL');
    await sleep(5);
  }
  await lab.client?.ended;
};

/** Agents, git and checks live on for a moment, without anybody. */
const killServices: Kill = async (lab) => {
  lab.log('services');
  const services = (['supervisor', 'worker', 'server'] as const).flatMap((name) => lab.record(name) ?? []);
  for (const { pid } of services) signal(pid, 'SIGKILL');
  for (const id of services) await killProcess(id);
};

/** No kill, but what people do before they shut a machine down: turns are interrupted, and go on after `up`. */
const bringDown: Kill = async (lab) => {
  lab.log('down');
  expect((await lab.cli.run('down')).code).toBe(0);
};

export const kills = {
  agent: killAgent,
  worker: killService('worker'),
  server: killService('server'),
  supervisor: killService('supervisor'),
  client: killClient,
  all: killAll,
  services: killServices,
  down: bringDown,
} satisfies Record<string, Kill>;

/** Nobody starts a supervisor but the next command. */
export const needsUp: readonly (keyof typeof kills)[] = ['supervisor', 'services', 'down'];
export const kinds = Object.keys(kills) as (keyof typeof kills)[];
