/** What agents say of locks in their turns, and how they are answered. */
import { describe, expect, it } from 'vitest';
import { queuedLock } from './lock-status.js';
import { createHarness, type Harness } from './turn-harness.js';

function start(script: string): Harness {
  return createHarness({ agent: { run: [process.execPath, '-e', script] } });
}

const says = (value: object) => `console.log(${JSON.stringify(JSON.stringify(value))});`;
/** Goes on once its inbox has the word. */
const waitsFor = (word: string, then: string) =>
  `const fs = require('fs'); const look = setInterval(() => {
    if (!fs.readFileSync(process.env.LONGHAUL_INBOX, 'utf8').includes('${word}')) return;
    clearInterval(look); ${then}
  }, 20);`;
const inbox = (harness: Harness) =>
  harness
    .read('.longhaul/inbox.jsonl')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));

const asked = { type: 'lock', id: 'k1', paths: ['./src/**'], estimatedMinutes: 5 };

describe('a lock', () => {
  it('asked for on a line is answered in the inbox: queued, then granted', async () => {
    const harness = start(says(asked) + waitsFor('granted', says({ type: 'release', id: 'k1' })));
    let looks = 0;
    harness.locks = () => {
      looks += 1;
      // The estimate moves, which is no news.
      const expectedAt = `2026-01-01T00:0${looks}:00Z`;
      return [{ ...queuedLock, mode: 'shared', expectedAt, state: looks > 2 ? 'held' : 'queued' }];
    };
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    expect(harness.lockTalk).toEqual(['k1 exclusive src/** yes', 'k1 released with changes']);
    expect(inbox(harness)).toMatchObject([
      {
        type: 'lock',
        id: 'k1',
        mode: 'shared',
        answer: 'queued',
        ticket: 'l1',
        owners: [{ task: 'web', path: 'src/a/**', mode: 'exclusive' }],
        expectedAt: '2026-01-01T00:01:00Z',
      },
      { type: 'lock', id: 'k1', answer: 'granted', lock: 'l1' },
    ]);
  });

  it('asked for in a file vanishes there, and its denial says what to do instead', async () => {
    const file = `require('fs').writeFileSync('.longhaul/lock.json', '{"id": "k1", "paths": "src/**", "wait": false}');`;
    const harness = start(file + waitsFor('denied', `console.log(fs.readdirSync('.longhaul').join())`));
    harness.locks = () => [{ ...queuedLock, state: 'denied', why: 'it is not free', freePaths: ['docs'] }];
    expect(await harness.run()).toMatchObject({ outcome: 'done' });
    expect(harness.lockTalk).toEqual(['k1 exclusive src/** no']);
    expect(harness.artifact('events.jsonl')).not.toContain('lock.json');
    expect(inbox(harness)).toMatchObject([
      { answer: 'denied', alternatives: { coordinateWith: ['web'], freePaths: ['docs'], readyTasks: [] } },
    ]);
  });

  it.each([
    ['on a line', says({ ...asked, wait: 'end' })],
    [
      'in a file',
      `require('fs').writeFileSync('.longhaul/lock.json', '{"id": "k1", "paths": ["src/**"], "wait": "end"}');`,
    ],
  ])('ends the turn that says so %s', async (_how, script) => {
    const harness = start(`${script} setInterval(() => undefined, 1000);`);
    expect(await harness.run()).toMatchObject({
      outcome: 'blocked',
      blocker: null,
      lock: { id: 'k1', paths: ['src/**'], wait: 'end' },
    });
    // The next turn does not end by what the last one said.
    const next = { gen: 2, turn: 2, ask: 'lock', note: 'It is granted.' } as const;
    const locks = [{ id: 'k1', paths: ['src/**'], mode: 'exclusive', is: 'held' }] as const;
    await harness.run({ ...next, locks });
    expect(harness.artifact('prompt.md', 2)).toContain('You hold `src/**` (exclusive, lock k1).');
    expect(harness.artifact('prompt.md', 2)).toContain('It is granted.');
  });
});
