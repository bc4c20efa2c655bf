/** The demo on real processes: server, supervisor, worker, agents, git; and whether it would notice what went wrong. */
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ReportData } from '../../src/core/status.js';
import { readSpec } from '../../src/core/spec.js';
import { judge } from '../../src/demo/check.js';
import { isAlive } from '../../src/server/daemon.js';
import { readRecord } from '../../src/server/record.js';
import { homePaths } from '../../src/core/home.js';
import { CliLab, type Ended } from './run-cli.js';

let lab: CliLab;
let ended: Ended;

beforeAll(async () => {
  lab = await CliLab.create();
  vi.stubEnv('TMPDIR', lab.folder);
  vi.stubEnv('CI', '1');
  // As quick as this, the accident would come too late if the agents did not wait for it.
  ended = await lab.run('demo', '--pace', '0.2');
}, 600_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await lab.remove();
});

const at = (...names: readonly string[]): string => path.join(lab.folder, 'longhaul-demo-1', ...names);

async function readReport(): Promise<ReportData> {
  return JSON.parse(await readFile(at('home/campaigns/demo/report.json'), 'utf8')) as ReportData;
}

it('shows all that it promises, and exits with 0', () => {
  expect(ended).toMatchObject({ code: 0 });
  const shown = ended.stdout.split('\n').filter((line) => /^ {2}[✓✗] /.test(line));
  expect(shown).toEqual([
    expect.stringContaining('✓ 11 of 11 tasks done'),
    expect.stringMatching(/✓ money failed its tests.* passed in the same session \w{8}$/),
    expect.stringMatching(/✓ discount asked, got its answer in the same session \w{8}/),
    expect.stringMatching(/✓ zone waited [1-9]\d* s for its usage limit/),
    expect.stringMatching(/✓ worker \d+ killed; \d+ went on with the sessions of \w+, \w+/),
    expect.stringMatching(/✓ \d+ agent processes in all, and never two for one task at once/),
    expect.stringContaining('✓ 10 branches merged in the order of their needs'),
    expect.stringMatching(/✓ npm test in a fresh clone of longhaul\/demo\/main: 18 tests passed/),
    expect.stringContaining('untouched'),
  ]);
  expect(ended.stdout).toContain('SCRIPTED');
});

it('says how it was: one session for each task, and a turn more for who was rejected, capped, blocked or killed', async () => {
  const { status } = await readReport();
  expect(status.tasks.map(({ state }) => state)).toEqual(status.tasks.map(() => 'done'));
  expect(status.tasks.map(({ attempts }) => attempts)).toEqual(status.tasks.map(() => 1));
  expect(status.blockers).toMatchObject([{ task: 'discount', state: 'answered' }]);
  for (const { id, session } of status.tasks) {
    const memory = await readFile(at('memory', `${id}.jsonl`), 'utf8');
    const sessions = [...memory.matchAll(/"session":"([^"]+)"/g)].map(([, found]) => found);
    expect([...new Set(sessions)], id).toEqual([session]);
    if (['money', 'discount', 'zone'].includes(id)) expect(sessions.length, id).toBe(2);
  }
});

it('leaves a campaign for Claude Code that can be read', async () => {
  const { spec, problems } = readSpec(await readFile(at('claude-code.yaml'), 'utf8'), 'claude-code.yaml');
  expect(problems).toEqual([]);
  expect(spec).toMatchObject({ name: 'demo-claude', agents: { team: { adapter: 'claude-code' } } });
});

it('ends its server and worker where there is no terminal', () => {
  const home = homePaths(at('home'));
  expect(readRecord(home, 'server')).not.toBeNull();
  for (const name of ['server', 'supervisor', 'worker'] as const) {
    // A worker that ends in order takes its record with it.
    const record = readRecord(home, name);
    expect(record !== null && isAlive(record), name).toBe(false);
  }
});

it('would not say ✓ where two agents lived at once, a session was lost, or nothing was killed', async () => {
  const folder = {
    root: at(),
    repository: at('repository'),
    home: at('home'),
    memory: at('memory'),
    campaign: at('campaign.yaml'),
    claudeCampaign: at('claude-code.yaml'),
  };
  const other = { is: 'begin', task: 'money', session: 'other', turn: 3, pid: 1, at: '', stillAlive: [1] };
  await appendFile(at('memory/money.jsonl'), `${JSON.stringify(other)}\n`);
  const verdicts = await judge({ folder, report: await readReport(), kill: null, base: 'elsewhere' });
  const failed = verdicts.filter(({ ok }) => !ok).map(({ text }) => text);
  expect(failed).toEqual([
    expect.stringContaining('money failed its tests'),
    expect.stringContaining('the worker was not killed'),
    expect.stringContaining('1 time two for one task'),
    // The clone of the branch is there already.
    expect.stringContaining('testsPass'),
    expect.stringContaining('untouched'),
  ]);
});
