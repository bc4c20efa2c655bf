/** What only the real `claude` does; the rest is in real-conformance.ts. */
import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taskFolder } from '../../src/core/home.js';
import { createHarness } from '../activities/turn-harness.js';
import { startModelApi } from '../model-api.js';
import { REAL_TIMING } from './real-conformance.js';

const binary = process.env['LONGHAUL_TEST_CLAUDE'] ?? '';

it.skipIf(binary === '')('resumes where the session is there already', async () => {
  const api = await startModelApi(() => ({ text: 'Again.' }));
  const harness = createHarness({
    timing: REAL_TIMING,
    agent: { adapter: 'claude-code', run: [binary], model: 'claude-sonnet-4-5' },
    env: { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: 'sk-dummy' },
  });
  await harness.run();
  // Longhaul's own record of it is lost, and it is asked as for the first time.
  rmSync(`${taskFolder(harness.deps.home, 'cart', 'api')}/sessions`, { recursive: true });
  expect(await harness.run({ gen: 2 })).toMatchObject({ outcome: 'done' });
  expect(api.requests[1]?.texts.length).toBeGreaterThan(1);
  await api.close();
});
