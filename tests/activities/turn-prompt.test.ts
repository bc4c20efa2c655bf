/** What a turn is told and told by: its prompt's templates, and the model that its task asks for. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createHarness } from './turn-harness.js';

const RESULT = '{"type":"result","subtype":"success","is_error":false,"result":"Done."}';
const run = ['/bin/sh', '-c', `printf '%s\\n' "$@" > args.txt; cat > /dev/null; echo '${RESULT}'`, 'agent'];
const agent = { adapter: 'claude-code', run, model: 'sonnet' };

it('keeps what its prompt was rendered from, and has its task’s model', async () => {
  const harness = createHarness({ agent, task: { model: 'haiku' } });
  expect(await harness.run()).toMatchObject({ ok: true, summary: 'Done.' });
  expect(harness.read('args.txt')).toContain('--model\nhaiku\n');
  const templates = JSON.parse(harness.artifact('templates.json')) as { name: string; version: string }[];
  expect(templates.map(({ name }) => name)).toEqual(['task', 'parts']);
  expect(templates.every(({ version }) => /^\d+$/.test(version))).toBe(true);
});

it('fails for good where its prompt can not be made, and starts nothing', async () => {
  const harness = createHarness({ agent, task: { template: { name: 'gone.liquid', vars: {} } } });
  const facts = await harness.run();
  expect(facts).toMatchObject({ ok: false, begun: false, failure: { class: 'spec' } });
  expect(facts.summary).toContain(
    'The task has the template gone.liquid, which this version of Longhaul does not have.',
  );
  expect(existsSync(path.join(harness.worktree, 'args.txt'))).toBe(false);
});
