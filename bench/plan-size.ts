/**
 * What check (reading, compiling, warnings) and plan (one pass on the virtual clock, and its numbers) of a campaign file
 * cost in CPU seconds (other programs don't count), by the number of its tasks: phases of tasks that need each other, own
 * paths, read common ones and need contracts. BENCH_SIZES (100,1000,10000), BENCH_SHAPES (all),
 * BENCH_ROUNDS (3: the best counts).
 */
import { createHash } from 'node:crypto';
import { compile } from '../src/core/compile.js';
import { lint } from '../src/core/lint.js';
import { improvePlan } from '../src/core/plan-improve.js';
import { numberPlan } from '../src/core/plan-numbers.js';
import { readSpec } from '../src/core/spec.js';

const sizes = (process.env['BENCH_SIZES'] ?? '100,1000,10000').split(',').map(Number);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);

/** How the tasks lie to each other: one group, phases of fifty, globs that begin alike, one path that all own,
 * and with it another that is each one's own. */
type Shape = 'flat' | 'phases' | 'one glob' | 'one path' | 'two paths';
const wanted = process.env['BENCH_SHAPES']?.split(',');
const shapes = (['flat', 'phases', 'one glob', 'one path', 'two paths'] as const).filter(
  (shape) => wanted?.includes(shape) ?? true,
);
const PHASE = 50;

function campaignOf(shape: Shape, size: number): string {
  const lines = Array.from({ length: size }, (_, index) => taskLine(shape, index));
  const head = [
    'version: 1',
    'name: size',
    'agents: { a: { adapter: claude-code, instances: 100 } }',
    'limits: { agents: 100 }',
    'contracts: { api: { version: 1.0.0, files: [api.yaml], provider: t1 } }',
  ];
  if (shape !== 'phases') return [...head, 'tasks:', ...lines.map((line) => `  - ${line}`)].join('\n');
  const phases = Array.from({ length: Math.ceil(size / PHASE) }, (_, phase) => [
    `  - name: p${phase}`,
    '    tasks:',
    ...lines.slice(phase * PHASE, (phase + 1) * PHASE).map((line) => `      - ${line}`),
  ]);
  return [...head, 'phases:', ...phases.flat()].join('\n');
}

function taskLine(shape: Shape, index: number): string {
  const glob = shape === 'one glob' ? `src/**/m${index}.ts` : `src/m${index}/**`;
  const common = shape === 'one path' || shape === 'two paths' ? ['src/**'] : [];
  const own = shape === 'two paths' ? [`own/m${index}/**`] : [glob];
  const owns = shape === 'one path' ? common : [...common, ...own];
  const first = shape === 'phases' ? index - (index % PHASE) : 0;
  // All at once: what waits for the path is then as much as there is.
  const needs =
    shape !== 'two paths' && index > first + 1 ? [`t${first + Math.floor((index - first) / 2)}`] : [];
  if (index > 1 && index % 5 === 0) needs.push('{ contract: api }');
  const publishes = index === 0 ? ', publishes: [api]' : '';
  return `{ id: t${index}, title: Do ${index}, needs: [${needs.join(', ')}], owns: [${owns.join(', ')}], reads: [package.json]${publishes} }`;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

interface Measured {
  readonly shape: Shape;
  readonly tasks: number;
  readonly checkSeconds: number;
  readonly compileSeconds: number;
  readonly lintSeconds: number;
  readonly planSeconds: number;
}

function measure(shape: Shape, size: number): Measured {
  const text = campaignOf(shape, size);
  let [checkSeconds, compileSeconds, lintSeconds, planSeconds] = [Infinity, Infinity, Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    const start = cpuSeconds();
    const { spec, problems, source } = readSpec(text, 'campaign.yaml');
    const checked = cpuSeconds();
    if (spec === null) throw new Error(`the campaign of the bench is wrong: ${problems[0]?.message ?? ''}`);
    const compiled = compile({
      spec,
      campaign: 'size',
      repository: { location: '/repo', kind: 'path', base: 'main', baseCommit: '0'.repeat(40) },
      roles: {},
      templates: {},
      existingBranches: ['main'],
      createdAt: '2026-01-01T00:00:00Z',
      digest: (content) => createHash('sha256').update(content).digest('hex'),
    });
    const end = cpuSeconds();
    const { plan, brief } = compiled;
    if (plan === null) throw new Error(compiled.problems[0]?.message);
    lint({ written: source, plan, brief });
    const linted = cpuSeconds();
    const improved = improvePlan(plan, 1);
    numberPlan(improved.plan, improved.simulation, improved.lowerBoundMs);
    const planned = cpuSeconds();
    lintSeconds = Math.min(lintSeconds, linted - end);
    planSeconds = Math.min(planSeconds, planned - linted);
    checkSeconds = Math.min(checkSeconds, checked - start);
    compileSeconds = Math.min(compileSeconds, end - checked);
  }
  return { shape, tasks: size, checkSeconds, compileSeconds, lintSeconds, planSeconds };
}

const json = process.argv.includes('--json');
const measured = shapes.flatMap((shape) => sizes.map((size) => told(measure(shape, size))));
if (json) console.log(JSON.stringify(measured));

/** Each at once: the large ones take their time. */
function told(one: Measured): Measured {
  if (!json) tell(one);
  return one;
}

function tell({ shape, tasks, checkSeconds, compileSeconds, lintSeconds, planSeconds }: Measured): void {
  console.log(
    `${shape.padEnd(9)} ${String(tasks).padStart(6)} tasks: read ${checkSeconds.toFixed(2)} s, compile ${compileSeconds.toFixed(2)} s, warnings ${lintSeconds.toFixed(2)} s, plan ${planSeconds.toFixed(2)} s`,
  );
}
