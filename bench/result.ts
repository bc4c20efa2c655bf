/** How every benchmark tells its result: a table for people, or with `--json` one JSON object. */
import { readFileSync } from 'node:fs';
import os from 'node:os';

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most that we want, where there is such a thing. */
  readonly aim?: number;
}

export function printResult(bench: string, rows: readonly Row[]): void {
  const machine = describeMachine();
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ bench, machine, rows }));
    return;
  }
  const width = Math.max(...rows.map(({ what }) => what.length));
  console.log(`\n${bench} (${machine})`);
  for (const { what, value, unit, aim } of rows) {
    const wish = aim === undefined ? '' : `   aim: ${aim} at most`;
    console.log(`  ${what.padEnd(width)}  ${round(value)} ${unit}${wish}`);
  }
}

function describeMachine(): string {
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '?';
  return `${os.cpus().length} cores, load ${load}, Node ${process.versions.node}`;
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2).replace(/\.?0+$/, '');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

/** On stderr, so that `--json` stays data. */
export function note(text: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
