/** What others intend to change of what a task intends to change: such tasks take turns, and each is told of the others. */
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { globsOverlap } from '../core/glob-pair.js';

const MOST_NAMED = 10;

/** One line each, in the spec's order; empty where nobody does. */
export function othersIntents({ tasks }: CampaignBrief, task: TaskBrief): readonly string[] {
  if (task.intends.length === 0) return [];
  const others = Object.values(tasks).filter(
    ({ id, intends }) => id !== task.id && sharedOf(task.intends, intends).length > 0,
  );
  const lines = others
    .slice(0, MOST_NAMED)
    .map(({ id, title, intends }) => `${id} (${title}): ${sharedOf(task.intends, intends).join(', ')}`);
  const more = others.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function sharedOf(own: readonly string[], others: readonly string[]): readonly string[] {
  return others.filter((other) => own.some((path) => globsOverlap(path, other)));
}
