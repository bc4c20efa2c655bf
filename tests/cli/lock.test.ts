/** Locks, as a user has them: asked for in the middle of turns, on lines and in files, waited for in a turn and without. */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Status } from '../../src/core/status.js';
import { CliLab } from './run-cli.js';

let lab: CliLab;

/** `a` keeps its locks until `b` has ended its turn for one, and `c` waits in its turn for the other. */
const AGENT = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const say = (message) => console.log(JSON.stringify(message));
const mark = (name) => writeFileSync(process.env.GO + '-' + name, '');
const until = async (holds) => {
  while (!holds()) await new Promise((go) => setTimeout(go, 50));
};
const marked = (name) => until(() => existsSync(process.env.GO + '-' + name));
const told = (id, answer) =>
  until(() => {
    const lines = readFileSync(process.env.LONGHAUL_INBOX, 'utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
    return lines.some((line) => line.id === id && line.answer === answer);
  });
const prompt = readFileSync(0, 'utf8');
const done = (summary) => say({ type: 'result', outcome: 'done', summary });
const work = {
  async a() {
    say({ type: 'lock', id: 'k1', paths: ['shared.txt'], mode: 'exclusive', reason: 'the first word' });
    say({ type: 'lock', id: 'k2', paths: ['other.txt'], mode: 'exclusive' });
    await told('k1', 'granted');
    await told('k2', 'granted');
    mark('held');
    writeFileSync('shared.txt', 'a');
    await marked('waits');
    say({ type: 'release', id: 'k2', changesMade: false });
    await marked('got');
    done('Wrote the first word.');
  },
  async b() {
    await marked('held');
    if (prompt.includes('is granted')) {
      appendFileSync('shared.txt', ' b');
      return done('Wrote the second word.');
    }
    writeFileSync('.longhaul/lock.json', JSON.stringify({ id: 'k', paths: ['*.txt'], wait: 'end' }));
  },
  async c() {
    await marked('held');
    say({ type: 'lock', id: 'k', paths: ['other.txt'], mode: 'exclusive', priority: 5, wait: true });
    await told('k', 'queued');
    mark('queued');
    await told('k', 'granted');
    mark('got');
    writeFileSync('other.txt', 'c');
    done('Wrote another file.');
  },
};
await work[process.env.LONGHAUL_TASK]();
`;

const SPEC = `version: 1
name: words
agents:
  script: { adapter: command, run: [node, agent.mjs], instances: 3, env: [GO] }
defaults: { turns: 1, attempts: 1 }
tasks:
  - { id: a, title: Write the first word }
  - { id: b, title: Write the second word }
  - { id: c, title: Write another file }
`;

beforeAll(async () => {
  lab = await CliLab.createUp({ 'agent.mjs': AGENT, 'words.yaml': SPEC });
});

afterAll(() => lab.removeUp());

it('are granted, waited for in a turn and between two, and pass on what was written under them', async () => {
  const run = lab.follow('run', 'words.yaml');
  await run.says(/a started/);
  const status = await bothWait();
  expect(status.locks?.map(({ task, state }) => `${task} ${state}`).toSorted()).toEqual([
    'a held',
    'a held',
    'b queued',
    'c queued',
  ]);
  expect(status.tasks.find(({ id }) => id === 'b')?.state).toBe('waiting');
  const shown = await lab.run('status', 'words');
  expect(shown.stdout).toContain('shared.txt');
  await lab.write('../go-waits', '');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  const show = (file: string) => lab.git('show', `longhaul/words/main:${file}`);
  expect(await show('shared.txt')).toBe('a b');
  expect(await show('other.txt')).toBe('c');
  const prompt = await readFile(path.join(lab.home, 'campaigns/words/tasks/b/2/prompt.md'), 'utf8');
  expect(prompt).toContain('The lock k (exclusive: *.txt) is granted: it is yours now.');
});

async function bothWait(): Promise<Status> {
  for (;;) {
    const { stdout } = await lab.run('status', 'words', '--json');
    const status = JSON.parse(stdout) as Status;
    const waits = status.tasks.find(({ id }) => id === 'b')?.waitReasons ?? [];
    if (waits.some(({ reason }) => reason === 'lock') && existsSync(path.join(lab.folder, 'go-queued')))
      return status;
    await sleep(300);
  }
}
