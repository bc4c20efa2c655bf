import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../../src/activities/process.js';
import { shortenEvidence, TurnLog, type LogLine } from '../../src/cli/turn-log.js';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'longhaul-turn-log-'));
}

async function runShell(folder: string, script: string): Promise<void> {
  const program = startProgram({
    program: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    stdin: null,
    stdoutFile: join(folder, 'events.jsonl'),
    stderrFile: join(folder, 'stderr.log'),
    orderFile: join(folder, 'output-order.txt'),
    onLine: () => undefined,
    outliveMs: 60_000,
  });
  await program.exited;
  await program.drain();
}

function written(lines: readonly LogLine[]): readonly string[] {
  return lines.map(({ source, text }) => `${source} ${text}`);
}

describe('the log of a turn', () => {
  it('has the lines of both outputs as they came, also where the turn was tried twice', async () => {
    const folder = newFolder();
    const pause = 'sleep 0.7';
    await runShell(
      folder,
      `echo one; ${pause}; echo two >&2; ${pause}; echo three; ${pause}; printf four >&2`,
    );
    await runShell(folder, `echo five; ${pause}; echo six >&2`);
    expect(written(await new TurnLog(folder).readNew(true))).toEqual([
      'agent one',
      'stderr two',
      'agent three',
      'agent five',
      'stderr foursix',
    ]);
  });

  it('shows all, file by file, where the order is not known', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'stderr.log'), 'b\n');
    writeFileSync(join(folder, 'events.jsonl'), 'a\nc');
    expect(written(await new TurnLog(folder).readNew(true))).toEqual(['agent a', 'agent c', 'stderr b']);
  });

  it('loses and doubles nothing, however the marks lie and whenever it is read', async () => {
    const step = fc.record({
      name: fc.constantFrom('out', 'err'),
      text: fc.string({ unit: fc.constantFrom('x', 'é', '\n') }),
      mark: fc.boolean(),
      look: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const folder = newFolder();
        const files = { out: join(folder, 'events.jsonl'), err: join(folder, 'stderr.log') };
        const bytes = { out: 0, err: 0 };
        const all = { out: '', err: '' };
        const log = new TurnLog(folder);
        const seen: LogLine[] = [];
        for (const { name, text, mark, look } of steps) {
          if (mark) appendFileSync(join(folder, 'output-order.txt'), `1 ${bytes.out} ${bytes.err}\n`);
          const key = name === 'out' ? 'out' : 'err';
          appendFileSync(files[key], text);
          all[key] += text;
          bytes[key] += Buffer.byteLength(text);
          if (look) seen.push(...(await log.readNew(false)));
        }
        seen.push(...(await log.readNew(true)));
        const linesOf = (text: string) => text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined);
        for (const [key, source] of [
          ['out', 'agent'],
          ['err', 'stderr'],
        ] as const) {
          const told = seen.filter((line) => line.source === source).map(({ text }) => text);
          expect(told).toEqual(all[key] === '' ? [] : linesOf(all[key]));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells how it ended and why it was rejected, after what was printed, and once', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'events.jsonl'), 'work\n');
    const log = new TurnLog(folder);
    expect(written(await log.readNew(false))).toEqual(['agent work']);
    writeFileSync(join(folder, 'setup.log'), '$ npm ci\n');
    writeFileSync(
      join(folder, 'turn.json'),
      JSON.stringify({ outcome: 'timed-out', failure: { message: 'Too long.' } }),
    );
    writeFileSync(join(folder, 'verify.log'), '$ npm test\nnot ok\n[exit code 1]\n');
    writeFileSync(join(folder, 'verify.md'), '# api was not accepted\n\n- It changed ui.txt.\n');
    expect(written(await log.readNew(true))).toEqual([
      'setup $ npm ci',
      'turn ended timed-out: Too long.',
      'verify $ npm test',
      'verify not ok',
      'verify [exit code 1]',
      'rejected # api was not accepted',
      'rejected - It changed ui.txt.',
    ]);
    expect(await log.readNew(true)).toEqual([]);
  });

  it('says nothing of how it ended where that was well', async () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'turn.json'),
      JSON.stringify({ outcome: 'done', failure: null, summary: 'x' }),
    );
    expect(await new TurnLog(folder).readNew(true)).toEqual([]);
  });
});

it('of each output, evidence is shown with its last lines', () => {
  const output = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const text = [
    '# Not accepted',
    '',
    '## `npm test` ended with exit code 1',
    '',
    '````',
    ...output,
    '````',
    '',
    '- x',
  ];
  expect(shortenEvidence(text.join('\n'))).toEqual([
    '# Not accepted',
    '## `npm test` ended with exit code 1',
    '  …',
    ...output.slice(-15).map((line) => `  ${line}`),
    '- x',
  ]);
});
