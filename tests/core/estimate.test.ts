import { describe, expect, it } from 'vitest';
import { estimateTask } from '../../src/core/estimate.js';
import { addLearnt, learntRate, type LearntTask } from '../../src/core/learnt.js';

const MINUTE_MS = 60_000;

function took(minutes: number, given: Partial<LearntTask> = {}): LearntTask {
  return {
    campaign: 'c1',
    role: null,
    agent: 'a',
    complexity: null,
    minutes,
    costUsd: null,
    tokens: 0,
    ...given,
  };
}

describe('an estimate', () => {
  const learnt = addLearnt(null, 'c1', [
    took(10, { role: 'tester', complexity: 10, costUsd: 1, tokens: 10_000 }),
    took(12, { role: 'tester', complexity: 6, costUsd: 2.4, tokens: 12_000 }),
    took(500, { role: 'tester', complexity: 10, costUsd: 5, tokens: 50_000 }),
    took(40),
  ]);
  const at = { usualMs: undefined, agent: 'a', learnt };

  it('is the task’s own word before all', () => {
    expect(estimateTask({ estimate: MINUTE_MS, role: 'tester' }, { ...at, usualMs: 5 })).toEqual({
      ms: MINUTE_MS,
      from: 'spec',
    });
  });

  it('is 1.5 minutes per point of complexity, until the repository taught better', () => {
    expect(estimateTask({ complexity: 30 }, { ...at, learnt: null })).toEqual({
      ms: 45 * MINUTE_MS,
      from: 'complexity',
    });
    expect(estimateTask({ complexity: 30 }, at)).toEqual({ ms: 60 * MINUTE_MS, from: 'complexity, learnt' });
  });

  it('is the spec’s default, else the median of the role, else of the agent, else half an hour', () => {
    expect(estimateTask({}, { ...at, usualMs: 5 })).toEqual({ ms: 5, from: 'defaults' });
    expect(estimateTask({ role: 'tester' }, at)).toEqual({ ms: 12 * MINUTE_MS, from: 'learnt' });
    expect(estimateTask({ role: 'writer' }, at)).toEqual({ ms: 26 * MINUTE_MS, from: 'learnt' });
    expect(estimateTask({}, { ...at, agent: 'b' })).toEqual({ ms: 30 * MINUTE_MS, from: 'assumed' });
  });

  it('knows a rate of cost only where costs were told', () => {
    expect(learntRate(learnt, 'a').usd).toBeCloseTo(0.1);
    expect(learntRate(learnt, 'a').tokens).toBe(1000);
    expect(learntRate(learnt, 'b')).toEqual({ usd: null, tokens: null });
  });

  it('a campaign reported again does not count twice', () => {
    expect(addLearnt(learnt, 'c1', [took(1)]).tasks).toEqual([took(1)]);
    expect(addLearnt(learnt, 'c2', [took(1)]).tasks).toHaveLength(5);
  });
});
