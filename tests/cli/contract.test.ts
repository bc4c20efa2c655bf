/** Contracts and drafts, as a user has them: published in the middle of turns, on lines by one task, in files by another. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReportJson } from '../../src/report/json.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/**
 * `design` and `plan` end only once others have seen what they published; `page` works on until `design` has published
 * its second version.
 */
const AGENT = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const task = process.env.LONGHAUL_TASK;
const say = (message) => console.log(JSON.stringify(message));
const put = (file, text) => {
  mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  writeFileSync(file, text);
};
const mark = (name) => appendFileSync(process.env.GO + '-' + name, '.');
const until = async (name) => {
  while (!existsSync(process.env.GO + '-' + name)) await new Promise((go) => setTimeout(go, 50));
};
const work = {
  async design() {
    put('contracts/cart.txt', 'one');
    put('mocks/cart.txt', 'mock');
    put('src/half.txt', 'half');
    const files = ['contracts/cart.txt', 'mocks/cart.txt'];
    say({ type: 'contract', name: 'cart-api', version: '1.0.0', files });
    await until('page');
    put('contracts/cart.txt', 'two');
    say({ type: 'contract', name: 'cart-api', version: '1.1.0', files });
    await until('api');
    put('src/half.txt', 'whole');
  },
  async plan() {
    put('docs/plan.md', 'a draft');
    put('.longhaul/draft.json', JSON.stringify({ files: ['docs/plan.md'] }));
    await until('guide');
    put('docs/plan.md', 'the plan');
  },
  guide() {
    put('guide/from.txt', readFileSync('docs/plan.md', 'utf8'));
    mark('guide');
  },
  async page() {
    const seen = readFileSync('contracts/cart.txt', 'utf8');
    put('page/from.txt', (existsSync('page/from.txt') ? readFileSync('page/from.txt', 'utf8') + ' ' : '') + seen);
    mark('page');
    if (seen === 'one') await until('seen-two');
  },
  api() {
    put('api/from.txt', readFileSync('contracts/cart.txt', 'utf8'));
    mark('api');
  },
};
await work[task]();
say({ type: 'result', outcome: 'done', summary: 'Did ' + task + '.' });
`;

const SPEC = `version: 1
name: cart
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 5, env: [GO] }
defaults: { turns: 1, attempts: 1 }
contracts:
  cart-api:
    version: 1.0.0
    provider: api
    files: [contracts/**, mocks/**]
    mock: mocks/cart.txt
    test: test -s api/from.txt && printf . >> TESTED
tasks:
  - { id: design, title: Design, publishes: [cart-api], owns: [contracts/**, mocks/**, src/**] }
  - { id: api, title: Implement, needs: [{ contract: cart-api }], owns: [api/**] }
  - { id: page, title: Build, needs: [{ contract: cart-api }], owns: [page/**] }
  - { id: plan, title: Plan, owns: [docs/**] }
  - { id: guide, title: Write, needs: [{ draft: plan }], owns: [guide/**] }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT });
  await lab.write('cart.yaml', SPEC.replace('TESTED', path.join(lab.folder, 'tested')));
  await lab.commit('Plan a cart');
});

afterAll(() => lab.removeUp());

it('starts on what is published while its author works, tells of a new version, and merges all without a conflict', async () => {
  const run = lab.follow('run', 'cart.yaml');
  await run.says(/page started/);
  await secondVersion();
  await writeFile(path.join(lab.folder, 'go-seen-two'), '');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  const show = (file: string) => lab.git('show', `longhaul/cart/main:${file}`);
  expect(await Promise.all(['contracts/cart.txt', 'src/half.txt', 'docs/plan.md'].map(show))).toEqual([
    'two',
    'whole',
    'the plan',
  ]);
  expect(await show('guide/from.txt')).toBe('a draft');
  // Its second turn is on the new version.
  expect(await show('page/from.txt')).toBe('one two');
  expect((await readFile(path.join(lab.folder, 'tested'), 'utf8')).length).toBeGreaterThan(0);

  const report = JSON.parse((await lab.run('report', 'cart', '--json')).stdout) as ReportJson;
  const turns = report.spans.filter(({ kind }) => kind === 'turn');
  const design = turns.find(({ task }) => task === 'design')!;
  for (const task of ['api', 'page']) {
    const first = turns.find((turn) => turn.task === task)!;
    expect(Date.parse(first.startedAt)).toBeLessThan(Date.parse(design.endedAt));
  }
  const prompt = (task: string, gen: number) =>
    readFile(path.join(lab.home, `campaigns/cart/tasks/${task}/${gen}/prompt.md`), 'utf8');
  expect(await prompt('page', 1)).toContain('use its mock: `mocks/cart.txt`');
  expect(await prompt('page', 2)).toContain('The contract cart-api 1.1.0 is published by design');
  expect(await prompt('api', 1)).toContain("must pass the contract's test");
});

/** On the campaign's branch, and told: the second turn of `page` is for what came while its first was at work. */
async function secondVersion(): Promise<void> {
  const mirrors = path.join(lab.home, 'mirrors');
  const names = await readdir(mirrors);
  const mirror = path.join(mirrors, names.find((name) => name.endsWith('.git')) ?? names[0]!);
  const shown = () =>
    lab.git('--git-dir', mirror, 'show', 'longhaul/cart/main:contracts/cart.txt').catch(() => '');
  while ((await shown()) !== 'two') await sleep(200);
  // The campaign knows a moment later.
  await sleep(5_000);
}
