import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOutput } from '../../src/activities/output-file.js';

const worktree = mkdtempSync(path.join(tmpdir(), 'longhaul-output-'));
const schema = { type: 'object', required: ['count'] };

describe('the output of a program that answers in the form of a schema', () => {
  it.each(['{"count":3}', ' {"count": 3}\n', '```json\n{"count":3}\n```', '```\n{\n"count":3}\n```\n'])(
    'is its message %j',
    (message) => {
      const found = findOutput(worktree, { output: null, message }, schema);
      expect(found).toEqual({ text: '{"count":3}', fault: null });
    },
  );

  it.each([
    `\`\`\`${'\n'.repeat(20_000)}a`,
    '```json\n{"count":3}',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `"${'a'.repeat(1_000_000)}"`,
  ])('is none where the message is anything else', (message) => {
    expect(findOutput(worktree, { output: null, message }, schema).fault).toContain('there is none');
  });
});
