/** Every example, as it is written, run end to end: real command line, server, worker, git and checks. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignBrief } from '../../src/core/brief.js';
import type { Plan } from '../../src/core/plan.js';
import { CliLab, type Ended } from '../cli/run-cli.js';
import { planOf } from '../core/compile-spec.js';
import { copyExamples, examples, makePrograms, roleNames } from './example.js';

/** More campaigns at once would only wait for each other on two cores. */
const AT_ONCE = 4;
/** Only to end what hangs: on a busy machine all of them take ten times as long as on a quiet one. */
const PATIENCE_MS = 600_000;

let lab: CliLab;
/** In the order of the examples. */
const ends = examples.map(() => {
  let resolve: (how: Ended) => void = () => undefined;
  return { promise: new Promise<Ended>((done) => (resolve = done)), resolve };
});

/** A campaign that asks would wait for ever: no example has a question. */
function runExample(name: string): Promise<Ended> {
  const running = lab.follow('run', name);
  running.child.stdout.on('data', (said: string) => {
    if (said.includes('longhaul answer ')) running.child.kill('SIGINT');
  });
  return running.ended;
}

/** Long files first: a long one at the end would leave the others' lanes idle. */
function runAll(): void {
  const sizes = examples.map(({ text }, index) => ({ index, size: text.length }));
  const waiting = sizes.sort((a, b) => b.size - a.size).map(({ index }) => index);
  const runNext = async (): Promise<void> => {
    const index = waiting.shift();
    if (index === undefined) return;
    ends[index]!.resolve(await runExample(examples[index]!.name));
    await runNext();
  };
  for (let lane = 0; lane < AT_ONCE; lane++) void runNext();
}

beforeAll(async () => {
  lab = await CliLab.create();
  copyExamples(lab.repository);
  await lab.commit('Add the examples');
  const programs = makePrograms(path.join(lab.folder, 'bin'));
  lab.env = { PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}` };
  expect((await lab.run('up')).code).toBe(0);
  runAll();
});

afterAll(async () => {
  await Promise.all(ends.map(({ promise }) => promise));
  const down = await lab.run('down');
  await lab.remove();
  expect(down.code).toBe(0);
}, PATIENCE_MS);

/** Below this line of the agent's files stands whose work it found when it began. */
const WRITTEN = /^(?<campaign>[\w-]+): by (?<task>[\w-]+)\nafter: ?(?<after>.*)\ntold of: ?(?<told>.*)$/;

interface Begun {
  /** The tasks whose work it began with. */
  readonly after: readonly string[];
  /** The tasks whose summaries it was given. */
  readonly told: readonly string[];
}

/** By task whose work was delivered. */
async function readDelivered(campaign: string): Promise<ReadonlyMap<string, Begun>> {
  const branch = `longhaul/${campaign}/main`;
  const found = new Map<string, Begun>();
  const names = (await lab.git('ls-tree', '-r', '-z', '--name-only', branch)).split('\0').filter(Boolean);
  for (const name of names) {
    const wrote = WRITTEN.exec(await lab.git('show', `${branch}:${name}`))?.groups;
    if (wrote?.['campaign'] !== campaign) continue;
    const { task = '', after = '', told = '' } = wrote;
    found.set(task, { after: after.split(' '), told: told.split(' ') });
  }
  return found;
}

/** The tasks whose work is in the commit that a task starts from, where they were delivered at all. */
function startsAfter(id: string, { plan, brief }: InForce): readonly string[] {
  const { needs, groups, consumes, phase } = brief.tasks[id]!;
  const phases = plan.phases.map(({ name }) => name);
  const earlier = plan.tasks.filter((task) => phases.indexOf(task.phase) < phases.indexOf(phase));
  return [
    ...needs,
    ...groups.flatMap((group) => brief.groups[group] ?? []),
    ...consumes.map((contract) => brief.contracts[contract]!.author),
    ...earlier.map((task) => task.id),
  ];
}

interface InForce {
  readonly plan: Plan;
  readonly brief: CampaignBrief;
}

/** As the campaign went by it in the end, with the tasks that were made while it ran. */
async function readInForce(campaign: string): Promise<InForce> {
  const folder = path.join(lab.home, 'campaigns', campaign);
  const [plan, brief] = await Promise.all(
    ['plan.json', 'brief.json'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return { plan: JSON.parse(plan!) as Plan, brief: JSON.parse(brief!) as CampaignBrief };
}

describe.each(examples.map((example, index) => ({ ...example, index })))('$file', ({ index, text }) => {
  it(
    'ends well',
    async () => {
      const { code, stdout, stderr } = await ends[index]!.promise;
      expect(code, `${stdout}\n${stderr}`).toBe(0);
    },
    PATIENCE_MS,
  );

  it('delivers the work that its groups wait for, each begun with what it needs, and told of it', async () => {
    const { brief, plan } = await readInForce(planOf(text, { roles: roleNames }).brief.name);
    const delivered = await readDelivered(brief.name);
    const works = (id: string) => brief.tasks[id]!.roundOver === null;
    const writes = (id: string) => works(id) && brief.tasks[id]!.changes !== 'none';
    for (const { id, members, wait } of plan.groups) {
      const there = members.filter((member) => !writes(member) || delivered.has(member));
      expect({ id, there: there.length }).toEqual({ id, there: wait });
    }
    for (const [id, { after, told }] of delivered) {
      const wanted = startsAfter(id, { brief, plan }).filter((other) => delivered.has(other));
      expect({ id, lacks: wanted.filter((other) => !after.includes(other)) }).toEqual({ id, lacks: [] });
      expect(told).toEqual(expect.arrayContaining(brief.tasks[id]!.needs.filter(works)));
    }
  });
});

it(
  'makes a task of each entry that a round’s source hands on, round after round',
  async () => {
    await ends[examples.findIndex(({ name }) => name === 'rounds.yaml')]!.promise;
    const { plan } = await readInForce('rounds');
    const search = ['search-1', 'search-2'];
    const mend = ['mend-1-1', 'mend-1-2', 'mend-2-1', 'mend-2-2'];
    expect(plan.tasks.map(({ id }) => id)).toEqual(['areas', 'search', ...search, 'mend', ...mend, 'again']);
    const delivered = await readDelivered('rounds');
    expect([...delivered.keys()].sort()).toEqual(['again', ...mend]);
  },
  PATIENCE_MS,
);
