/** Whether the lists that a task hands on can become tasks: else its agent is to mend them while it still knows how. */
import { madeTask, type Addition } from '../core/addition.js';
import type { AdditionRequest } from '../core/addition-book.js';
import type { CampaignBrief, Feed, TaskBrief } from '../core/brief.js';
import { outputFaults, prefixOf, roundAddition } from '../core/round-output.js';
import type { TaskAt } from './checkpoint.js';
import { compileWith, sayProblems } from './extend.js';
import { readTurnOutput } from './task-result.js';

/** A sentence each, for the agent. */
export async function checkFeeds({ home, brief, task, order }: TaskAt): Promise<readonly string[]> {
  if (task.feeds.length === 0) return [];
  const output = readTurnOutput(home, { campaign: brief.campaign, task: task.id, gen: order.gen });
  const faults = outputFaults(brief, task.id, output);
  if (faults.length > 0) return faults;
  const made = task.feeds.flatMap((feed) => {
    const { addition } = roundAddition(brief, requestFor(brief, task, feed), () => output);
    return addition === null ? [] : [addition];
  });
  const templates = made.map((addition) => addition.task).join(' and ');
  const { problems } = await compileWith({ home, brief, briefDigest: order.briefDigest }, made);
  return sayProblems(problems).map((problem) => `The tasks of ${templates}: ${problem}`);
}

/** As the campaign will have it made; where the round has other lists, without those. */
function requestFor(brief: CampaignBrief, { id }: TaskBrief, { template }: Feed): AdditionRequest {
  const depth = 1 + (brief.additions.find((addition) => hasMade(addition, id))?.depth ?? 0);
  const sources = [{ task: id, prefix: prefixOf(brief, id, template) }];
  return { key: 'looked at', by: 'round', task: template, group: '', depth, why: '', tasks: [], sources };
}

function hasMade({ task, items, tasks }: Addition, id: string): boolean {
  const ids = [
    ...items.map(({ key }) => madeTask(task ?? '', key)),
    ...tasks.map((written) => (written as { readonly id?: unknown }).id),
  ];
  return ids.includes(id);
}
