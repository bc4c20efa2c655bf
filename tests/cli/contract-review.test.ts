/** A contract under review, as a user has it: refused, mended, approved; one reviewer speaks on lines, the other in files. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Status } from '../../src/core/status.js';
import type { ReportJson } from '../../src/report/json.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/** `design` is done when it is told that its first version has no errors; `api` sees that, `page` never minds. */
const AGENT = `
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const task = process.env.LONGHAUL_TASK;
const prompt = readFileSync(0, 'utf8');
const say = (message) => console.log(JSON.stringify(message));
const put = (file, text) => {
  mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  writeFileSync(file, text);
};
const seen = () => readFileSync('contracts/cart.txt', 'utf8');
const work = {
  design() {
    const files = ['contracts/cart.txt'];
    const mends = prompt.includes('the errors are missing');
    put(files[0], mends ? 'calls and errors' : 'calls');
    say({ type: 'contract', name: 'cart-api', version: mends ? '1.1.0' : '1.0.0', files });
  },
  'cart-api-review-api'() {
    const approve = seen().includes('errors');
    say({ type: 'review', approve, findings: approve ? [] : ['the errors are missing'] });
  },
  'cart-api-review-page'() {
    put('.longhaul/review.json', JSON.stringify({ approve: true, findings: [] }));
  },
  page() {
    put('page/from.txt', seen());
  },
  api() {
    put('api/from.txt', seen());
  },
};
work[task]();
say({ type: 'result', outcome: 'done', summary: 'Did ' + task + '.' });
`;

const SPEC = `version: 1
name: cart
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 5 }
defaults: { turns: 1, attempts: 1 }
contracts:
  cart-api:
    version: 0.1.0
    provider: api
    files: [contracts/**]
    test: test -s api/from.txt
    review: consumers
tasks:
  - { id: design, title: Design, publishes: [cart-api], owns: [contracts/**] }
  - { id: api, title: Implement, needs: [{ contract: cart-api }], owns: [api/**] }
  - { id: page, title: Build, needs: [{ contract: cart-api }], owns: [page/**] }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT, 'cart.yaml': SPEC });
});

afterAll(() => lab.removeUp());

it('has its author mend what a reviewer found, and lets the others start on what all approve', async () => {
  const { code, stderr } = await lab.run('run', 'cart.yaml');
  expect(code, stderr).toBe(0);
  const show = (file: string) => lab.git('show', `longhaul/cart/main:${file}`);
  const files = ['contracts/cart.txt', 'api/from.txt', 'page/from.txt'];
  expect(await Promise.all(files.map(show))).toEqual(files.map(() => 'calls and errors'));

  const report = JSON.parse((await lab.run('report', 'cart', '--json')).stdout) as ReportJson;
  const turnsOf = (id: string) =>
    report.spans.filter(({ kind, task, outcome }) => kind === 'turn' && task === id && outcome === 'done');
  expect(turnsOf('design').length).toBeGreaterThanOrEqual(2);
  for (const reviewer of ['cart-api-review-api', 'cart-api-review-page']) {
    expect(turnsOf(reviewer).length).toBeGreaterThanOrEqual(2);
    const approvedAt = Date.parse(turnsOf(reviewer).at(-1)!.endedAt);
    for (const user of ['api', 'page'])
      expect(Date.parse(turnsOf(user)[0]!.startedAt)).toBeGreaterThanOrEqual(approvedAt);
  }
  expect(report.status.contracts).toEqual([
    {
      name: 'cart-api',
      version: '1.1.0',
      state: 'fulfilled',
      author: 'design',
      provider: 'api',
      consumers: ['api', 'page'],
      pending: [],
    },
  ]);
  const status = JSON.parse((await lab.run('status', 'cart', '--json')).stdout) as Status;
  expect(status.tasks.map(({ id, state }) => [id, state])).toContainEqual(['cart-api-review-page', 'done']);
  expect(await lab.git('branch', '--list', 'longhaul/cart/*/cart-api-review-*')).toBe('');

  const prompt = (task: string, gen: number) =>
    readFile(path.join(lab.home, `campaigns/cart/tasks/${task}/${gen}/prompt.md`), 'utf8');
  expect(await prompt('cart-api-review-page', 1)).toContain('`.longhaul/review.json`');
  expect(await prompt('design', 2)).toContain(
    'The contract cart-api 1.0.0 is not approved by cart-api-review-api:\n- the errors are missing',
  );
});
