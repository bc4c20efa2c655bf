import { expect, it } from 'vitest';
import { faultOfTasks } from '../../src/core/task-proposal.js';

it('takes tasks as they are written', () => {
  expect(faultOfTasks([{ id: 'a', title: 'A' }])).toBeNull();
});

it('refuses what no JSON could be made of, and does not fall over it', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const itself: Record<string, unknown> = { id: 'a' };
  itself['needs'] = [itself];
  expect(faultOfTasks([{ id: 'a', title: deep }])).toBe('are nested too deeply, or hold themselves');
  expect(faultOfTasks([itself])).toBe('are nested too deeply, or hold themselves');
});
