/** docs/state-machine.md draws the unions of the core in their own words: all of them, and no others. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MOST_RATE_STRIKES, MOST_STRIKES, RESET_GRACE_MS, STAGGER_MS } from '../../src/core/account.js';
import type { BlockerState, BlockerSubject } from '../../src/core/blocker.js';
import { MOST_TRANSIENTS, SAME_FAILURES } from '../../src/core/failure.js';
import type { LockLife } from '../../src/core/lock.js';
import type { FailurePolicy } from '../../src/core/plan.js';
import type { CampaignStateName } from '../../src/core/status.js';
import type { TaskEnd, TaskLife } from '../../src/core/task.js';
import type { FailureClass, Outcome } from '../../src/core/turn.js';

const text = readFileSync('docs/state-machine.md', 'utf8');

/** The compiler sees to it that `words` has each member of the union, and no other. */
function wordsOf<Union extends string>(words: Readonly<Record<Union, true>>): readonly string[] {
  return Object.keys(words).sort();
}

function section(heading: string): string {
  const from = text.indexOf(`\n## ${heading}\n`);
  expect(from, heading).toBeGreaterThan(-1);
  const to = text.indexOf('\n## ', from + 1);
  return text.slice(from, to === -1 ? undefined : to);
}

function drawnIn(heading: string): readonly string[] {
  const diagram = /```mermaid\n(.*?)```/s.exec(section(heading))?.[1] ?? '';
  const states = [...diagram.matchAll(/^ {2}(\S+) --> (\S+)/gm)].flatMap(([, from, to]) => [from!, to!]);
  return [...new Set(states)].filter((state) => state !== '[*]').sort();
}

/** The first cell of each row of the section's table whose head begins with `head`. */
function rowsIn(heading: string, head: string): readonly string[] {
  const table = section(heading)
    .split('\n\n')
    .find((block) => block.trim().startsWith(`| ${head} `));
  return [...(table ?? '').matchAll(/^\| `([^`]+)`/gm)].map((row) => row[1]!).sort();
}

describe('docs/state-machine.md', () => {
  it("draws a task's life", () => {
    const lives = wordsOf<TaskLife['is']>({
      waiting: true,
      preparing: true,
      turning: true,
      verifying: true,
      finishing: true,
      blocked: true,
      resting: true,
      integrating: true,
      ended: true,
    });
    expect(drawnIn('A task')).toEqual(lives);
    const ends = wordsOf<TaskEnd>({ done: true, failed: true, skipped: true, cancelled: true });
    for (const end of ends) expect(section('A task')).toContain(`\`${end}\``);
  });

  it('draws a lock', () => {
    const lives = wordsOf<LockLife['is']>({ queued: true, held: true, denied: true, expired: true });
    expect(drawnIn('A lock')).toEqual(lives);
  });

  it('draws a blocker, and says what each kind of answer does', () => {
    expect(drawnIn('A blocker')).toEqual(
      wordsOf<BlockerState['state']>({ open: true, answered: true, closed: true }),
    );
    expect(rowsIn('A blocker', 'about')).toEqual(
      wordsOf<BlockerSubject['is']>({
        question: true,
        message: true,
        failure: true,
        merge: true,
        review: true,
        integration: true,
        account: true,
        deadline: true,
        addition: true,
        round: true,
      }),
    );
  });

  it('draws a campaign', () => {
    expect(drawnIn('A campaign')).toEqual(
      wordsOf<CampaignStateName>({ running: true, paused: true, done: true, failed: true, cancelled: true }),
    );
  });

  it('says what happens after every outcome, class of failure and policy', () => {
    expect(rowsIn('What a turn achieved', 'outcome')).toEqual(
      wordsOf<Outcome>({
        done: true,
        blocked: true,
        capped: true,
        interrupted: true,
        'timed-out': true,
        failed: true,
      }),
    );
    expect(rowsIn('Classes of failure', 'class')).toEqual(
      wordsOf<FailureClass>({
        transient: true,
        lasting: true,
        'rate-limited': true,
        'usage-limit': true,
        cap: true,
        auth: true,
        rejected: true,
        stalled: true,
        'timed-out': true,
        'agent-error': true,
        spec: true,
      }),
    );
    expect(rowsIn('Classes of failure', 'policy')).toEqual(
      wordsOf<FailurePolicy>({ 'best-effort': true, 'fail-fast': true, 'retry-failed': true }),
    );
  });

  it("tells the core's own numbers", () => {
    const failures = section('Classes of failure');
    expect(failures).toContain(`After ${MOST_TRANSIENTS} in a row a person is asked`);
    for (const most of [MOST_STRIKES, MOST_RATE_STRIKES])
      expect(failures).toContain(`After ${most} limits in a row a person is asked`);
    expect(failures).toContain(`${SAME_FAILURES} times in a row: a person is asked`);
    expect(failures).toContain(`until the reset time and ${RESET_GRACE_MS / 1_000} s`);
    expect(failures).toContain(`one by one, ${STAGGER_MS / 1_000} s apart`);
  });
});
