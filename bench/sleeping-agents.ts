/** A campaign whose agents write down that they began, and then do nothing until they are ended. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchHome } from './bench-home.js';

/** One start of an agent. */
export interface AgentStart {
  readonly task: string;
  readonly session: string;
  /** Epoch ms. */
  readonly atMs: number;
}

function ledgerOf(bench: BenchHome, id: string): string {
  return path.join(bench.folder, `${id}.ledger`);
}

export async function startSleepers(bench: BenchHome, id: string, count: number): Promise<void> {
  const script = 'echo "$LONGHAUL_TASK $LONGHAUL_SESSION $(date +%s%3N)" >> "$0"; exec sleep 3600';
  const tasks = Array.from({ length: count }, (_, index) => `  - { id: s${index + 1}, title: Sleep }`);
  const spec = `version: 1
name: ${id}
limits: { agents: ${count} }
agents:
  sleeper: { adapter: command, run: ${JSON.stringify(['sh', '-c', script, ledgerOf(bench, id)])}, instances: ${count} }
tasks:
${tasks.join('\n')}
`;
  await bench.startCampaign(id, spec);
}

export function readStarts(bench: BenchHome, id: string): readonly AgentStart[] {
  const lines = readLedger(ledgerOf(bench, id)).split('\n').slice(0, -1);
  return lines.map((line) => {
    const [task = '', session = '', atMs = ''] = line.split(' ');
    return { task, session, atMs: Number(atMs) };
  });
}

function readLedger(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Ends the campaign in order: its agents are interrupted. */
export async function endSleepers(bench: BenchHome, id: string): Promise<void> {
  await bench.client.cancel(id);
  await bench.client.result(id, 120_000);
}
