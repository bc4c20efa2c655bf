import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hearRecord } from '../../src/activities/session-file.js';
import type { Turn } from '../../src/activities/turn-files.js';
import { NOTHING_HEARD } from '../../src/agents/adapter.js';
import { codexAdapter } from '../../src/agents/codex.js';

const usage = { input_tokens: 7, output_tokens: 1 };
const line = JSON.stringify({ type: 'token_usage_record', payload: { thread_token_usage: usage } });

/** What is heard where `make` has made the session's file. */
function hear(make: (file: string) => void): number | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'longhaul-session-'));
  make(path.join(folder, 'x-s1.jsonl'));
  const adapter = { ...codexAdapter, record: () => ({ folder, ending: '-s1.jsonl' }) };
  const turn = {
    adapter,
    session: { told: 's1', session: 's1' },
    deps: { home: { root: folder }, tools: { url: '' } },
    task: { output: null },
    files: { schema: '' },
    order: { ask: 'begin' },
  } as unknown as Turn;
  return hearRecord(turn, NOTHING_HEARD).usage?.inputTokens;
}

it('is read at its end, and nothing is waited for where the agent has put something else in its place', () => {
  expect(hear((file) => writeFileSync(file, `${'x'.repeat(600_000)}\n${line}\n`))).toBe(7);
  expect(hear((file) => void execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', file]))).toBeUndefined();
  expect(
    hear((file) => {
      mkdirSync(file);
    }),
  ).toBeUndefined();
});
