import { describe, expect, it } from 'vitest';
import { hear, NOTHING_HEARD, type Heard, type Verdict } from '../../src/agents/adapter.js';
import { commandAdapter } from '../../src/agents/command.js';

const exited = { code: 0, signal: null, startError: null, tail: 'the last line' };

function judgeLines(lines: readonly string[], exit: Partial<typeof exited> = {}): Verdict {
  let heard: Heard = NOTHING_HEARD;
  for (const line of lines) {
    for (const event of commandAdapter.parse(line, heard)) heard = hear(heard, event);
  }
  return commandAdapter.judge(heard, { ...exited, ...exit });
}

describe('the command adapter', () => {
  it('believes a result line before the exit code', () => {
    expect(judgeLines(['{"type":"result","outcome":"done","summary":"Did it."}'], { code: 1 })).toMatchObject(
      {
        outcome: 'done',
        summary: 'Did it.',
      },
    );
    expect(judgeLines(['{"type":"result","outcome":"failed","summary":"No."}'])).toMatchObject({
      outcome: 'failed',
      trouble: { class: 'agent-error', message: 'No.' },
    });
  });

  it('says what it expected of a result line', () => {
    const message = 'The agent\'s result line has the outcome "finished"; expected "done" or "failed". Hm.';
    expect(judgeLines(['{"type":"result","outcome":"finished","summary":"Hm."}'])).toMatchObject({
      trouble: { message },
    });
  });

  it('takes a limit without a time, or with none that can be read, for one without an end', () => {
    for (const line of ['{"type":"limit"}', '{"type":"limit","resetAt":"tomorrow"}']) {
      expect(judgeLines([line])).toMatchObject({
        outcome: 'capped',
        trouble: { class: 'usage-limit', resetAtMs: null },
      });
    }
  });

  it('shows the last lines of one that failed', () => {
    expect(judgeLines([], { code: 3 })).toMatchObject({
      trouble: { message: 'The agent failed with exit code 3. Its last lines:\nthe last line' },
    });
  });

  it('takes all else for log', () => {
    const lines = ['hello', '{"type":"other"}', '{"progress":1}', '{"type":"progress"', '[1]', '  '];
    expect(lines.flatMap((line) => commandAdapter.parse(line, NOTHING_HEARD))).toEqual([]);
  });

  it('keeps what is out of range in range', () => {
    expect(commandAdapter.parse('{"type":"progress","percent":140}', NOTHING_HEARD)).toMatchObject([
      { percent: 100 },
    ]);
    const [event] = commandAdapter.parse('{"type":"blocker","severity":"huge"}', NOTHING_HEARD);
    expect(event).toMatchObject({ is: 'blocker', report: { severity: 'high', wait: false } });
  });
});
