/** What an agent would be told at a task's first turn, before anything has run. */
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { wholePrompt, type Prompt } from './prompt.js';
import type { PromptInput } from './prompt-facts.js';

const NOT_YET = '(what its agent says at its end)';

/** `mcp` is whether its agent has Longhaul's tools. Throws ProblemError where its template can't be rendered. */
export function firstPrompt(brief: CampaignBrief, task: string, mcp = false): Prompt {
  const known = brief.tasks[task];
  if (known === undefined) throw new Error(`The brief of ${brief.campaign} has no task ${task}.`);
  return wholePrompt({
    brief,
    order: { task, ask: 'task', evidence: null, note: null },
    evidence: null,
    again: false,
    inputs: inputsToCome(brief, known),
    blockerFault: null,
    mcp,
  });
}

/** Those that are done for sure by then; a round does nothing itself. */
function inputsToCome({ tasks, groups }: CampaignBrief, task: TaskBrief): readonly PromptInput[] {
  const ids = new Set([...task.needs, ...task.groups.flatMap((group) => groups[group] ?? [])]);
  return [...ids].flatMap((id) => {
    const need = tasks[id];
    if (need === undefined || need.roundOver !== null) return [];
    return [
      { task: id, title: need.title, summary: NOT_YET, output: null, folder: `.longhaul/inputs/${id}` },
    ];
  });
}
