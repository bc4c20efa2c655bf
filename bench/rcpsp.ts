/**
 * How good the schedules are that `longhaul plan` searches for, on instances with known optima:
 *
 *   npx tsx bench/rcpsp.ts <folder> [--schedules 1000] [--seed 1] [--json]
 *
 * The folder holds instances in PSPLIB's single-mode format (.sm) and `optimum.csv` (`problem,optimum`).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkSchedule } from '../src/core/schedule-check.js';
import { improveSchedule } from '../src/core/schedule-improve.js';
import { serialSchedule } from '../src/core/schedule-pass.js';
import type { ScheduleProblem } from '../src/core/schedule-problem.js';
import { readPsplib } from './psplib.js';
import { printResult } from './result.js';

interface Instance {
  readonly name: string;
  readonly optimum: number;
  readonly problem: ScheduleProblem;
}

interface Outcome {
  readonly deviation: number;
  readonly onePass: number;
  readonly bound: number;
  readonly schedules: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error('usage: npx tsx bench/rcpsp.ts <folder> [--schedules 1000] [--seed 1]');
const effort = { schedules: Number(values.schedules), seed: Number(values.seed) };

const instances = readInstances(folder);
const begun = process.cpuUsage();
const outcomes = instances.map(solve);
const { user, system } = process.cpuUsage(begun);
const mean = (of: (outcome: Outcome) => number) =>
  outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
const percent = (what: string, value: number) => ({ what, value: value * 100, unit: '%' });
printResult(`rcpsp: ${instances.length} instances, ${effort.schedules} schedules each, seed ${effort.seed}`, [
  {
    ...percent(
      'mean deviation from the optimum',
      mean(({ deviation }) => deviation),
    ),
    aim: 0.5,
  },
  percent('greatest deviation', Math.max(...outcomes.map(({ deviation }) => deviation))),
  percent(
    'solved optimally',
    mean(({ deviation }) => (deviation === 0 ? 1 : 0)),
  ),
  percent(
    'mean deviation of the first pass',
    mean(({ onePass }) => onePass),
  ),
  percent(
    'mean distance of the lower bound from the optimum',
    mean(({ bound }) => bound),
  ),
  percent(
    'proved optimal by the lower bound',
    mean(({ bound, deviation }) => (bound + deviation === 0 ? 1 : 0)),
  ),
  { what: 'schedules made per instance', value: mean(({ schedules }) => schedules), unit: '' },
  { what: 'seconds of processor time', value: (user + system) / 1e6, unit: 's' },
]);

function readInstances(from: string): readonly Instance[] {
  const [, ...rows] = readFileSync(path.join(from, 'optimum.csv'), 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => {
    const [given = '', optimum] = row.split(',');
    const name = given.replace(/\.sm$/, '');
    const problem = readPsplib(readFileSync(path.join(from, `${name}.sm`), 'utf8'));
    return { name, optimum: Number(optimum), problem };
  });
}

function solve({ name, optimum, problem }: Instance): Outcome {
  const first = improveSchedule(problem, { ...effort, schedules: 1 });
  const best = improveSchedule(problem, effort);
  const violations = checkSchedule(problem, best.starts);
  if (violations.length > 0) throw new Error(`${name}: not a valid schedule: ${JSON.stringify(violations)}`);
  if (best.makespan < optimum) throw new Error(`${name}: ${best.makespan} is below the optimum ${optimum}`);
  if (best.lowerBound > optimum)
    throw new Error(`${name}: the lower bound ${best.lowerBound} is above the optimum ${optimum}`);
  if (best.schedules > effort.schedules) throw new Error(`${name}: ${best.schedules} schedules were made`);
  const again = serialSchedule(problem, best.order).makespan;
  if (again !== best.makespan)
    throw new Error(`${name}: the order gives ${again}, the schedule takes ${best.makespan}`);
  return {
    deviation: best.makespan / optimum - 1,
    onePass: first.makespan / optimum - 1,
    bound: 1 - best.lowerBound / optimum,
    schedules: best.schedules,
  };
}
