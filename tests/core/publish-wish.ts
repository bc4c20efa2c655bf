import type { Plan } from '../../src/core/plan.js';
import { planTask } from '../../src/core/plan-index.js';
import type { Order } from '../../src/core/ports.js';
import type { Event } from '../../src/core/state.js';

/** What an agent publishes on the way, or (the signal was slow) after its end; some of it makes no sense. */
export function publishWishes(
  plan: Plan,
  { order, nowMs, endMs }: { order: Order; nowMs: number; endMs: number },
  { random, wrong }: { random: () => number; wrong: number },
): readonly Event[] {
  const { task, gen } = order;
  const names = ['', 'no-such', ...planTask(plan, task).publishes];
  return names.flatMap((name): Event[] => {
    if (random() < 0.5) return [];
    const commit = random() < 0.3 ? null : `${task}-${Math.floor(random() * 3)}`;
    const problem = random() < wrong / 3 ? 'no such file' : null;
    const request = { name, version: '', files: ['a'], note: '', commit, problem };
    const atMs = nowMs + Math.floor(random() * (endMs - nowMs) * 1.2);
    const key = `${task}/${gen}/${name}/${Math.floor(random() * 1_000)}`;
    const what = name === '' ? 'draft' : 'contract';
    return [{ event: 'publishAsked', atMs, key, task, gen, request: { what, ...request } }];
  });
}
