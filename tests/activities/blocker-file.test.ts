import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlockerText } from '../../src/agents/blocker-report.js';
import { findBlockerFile, readBlockerFault } from '../../src/activities/blocker-file.js';
import { createHarness } from './turn-harness.js';

function worktreeWith(text: string): { worktree: string; file: string; artifact: string } {
  const worktree = mkdtempSync(join(tmpdir(), 'longhaul-blocker-'));
  mkdirSync(`${worktree}/.longhaul`);
  const file = `${worktree}/.longhaul/blocker.json`;
  writeFileSync(file, text);
  return { worktree, file, artifact: `${worktree}/artifact.json` };
}

describe('a blocker file', () => {
  it.each([
    ['Which port?', 'is not valid JSON: ', 'Which port?'],
    ['{"description": "Which po', 'is not valid JSON: ', 'Which po'],
    ['["Which port?"]', 'holds no JSON object', 'Which port?'],
    ['{"text": "Which port?"}', 'has no text as its "description"', 'Which port?'],
    ['{"severity": "urgent", "description": "Which port?"}', 'has a "severity" that', 'Which port?'],
    ['', 'is empty', 'did not say why'],
  ])('that is not right is raised with what it holds, and with what is wrong: %j', (text, fault, shown) => {
    const { report, fault: found } = readBlockerText(text);
    expect(found).toContain(fault);
    expect(report.wait).toBe(true);
    expect(report.description).toContain(`(The agent's .longhaul/blocker.json ${fault}`);
    expect(report.description).toContain(shown);
  });

  it('that is right is told as it is', () => {
    const text = JSON.stringify({ severity: 'low', description: 'Slow tests', wait: false });
    expect(readBlockerText(text)).toEqual({
      report: { severity: 'low', description: 'Slow tests', wait: false },
      fault: null,
    });
  });

  it('is never lost, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { report } = readBlockerText(text);
        expect(report.description).not.toBe('');
        expect(report.description.length).toBeLessThanOrEqual(2_000);
      }),
    );
  });

  it('may still be written while the agent runs', () => {
    const { worktree, artifact } = worktreeWith('{"descr');
    expect(findBlockerFile(worktree, { artifact, agentRuns: true })).toBeNull();
    expect(findBlockerFile(worktree, { artifact, agentRuns: false })).not.toBeNull();
  });

  it('that is a folder or a link is raised too, once, and nothing is read through it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'longhaul-blocker-'));
    mkdirSync(`${folder}/.longhaul/blocker.json/deep`, { recursive: true });
    const linked = mkdtempSync(join(tmpdir(), 'longhaul-blocker-'));
    mkdirSync(`${linked}/.longhaul`);
    writeFileSync(`${linked}/secret`, 'top secret');
    symlinkSync(`${linked}/secret`, `${linked}/.longhaul/blocker.json`);
    for (const worktree of [folder, linked]) {
      const at = { artifact: `${worktree}/artifact.json`, agentRuns: false };
      const found = findBlockerFile(worktree, at);
      expect(found?.report.description).toContain('.longhaul/blocker.json is not valid JSON');
      expect(found?.report.description).not.toContain('top secret');
      found?.consume();
      expect(findBlockerFile(worktree, at)).toBeNull();
    }
  });

  it('is told to the session that wrote it, with its next prompt', async () => {
    const run = [
      process.execPath,
      '-e',
      `const fs = require('node:fs'); fs.mkdirSync('.longhaul', { recursive: true });
       if (process.env.LONGHAUL_TURN === '1') fs.writeFileSync('.longhaul/blocker.json', 'Which port?');`,
    ];
    const harness = createHarness({ agent: { run } });
    const first = await harness.run();
    expect(first).toMatchObject({ outcome: 'blocked', blocker: { severity: 'high', wait: true } });
    expect(first.blocker?.description).toMatch(/is not valid JSON: .*Which port\?$/);
    expect(readBlockerFault(`${harness.root}/nowhere`)).toBeNull();
    await harness.run({ gen: 2, turn: 2, ask: 'answer', note: 'Port 8080.', session: 's1' });
    const prompt = harness.artifact('prompt.md', 2);
    expect(prompt).toContain('The `.longhaul/blocker.json` that you left is not valid JSON');
    expect(prompt).toContain('Port 8080.');
    await harness.run({ gen: 3, turn: 3, ask: 'continue', session: 's1' });
    expect(harness.artifact('prompt.md', 3)).not.toContain('blocker.json` that you left');
  });
});
