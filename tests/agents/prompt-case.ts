import type { PromptParts } from '../../src/agents/prompt-facts.js';
import type { CampaignBrief } from '../../src/core/brief.js';

/** Of a first turn, unless it says otherwise. */
export function partsOf(
  brief: CampaignBrief,
  task: string,
  {
    order = {},
    ...rest
  }: Partial<Omit<PromptParts, 'order'>> & { order?: Partial<PromptParts['order']> } = {},
): PromptParts {
  return {
    brief,
    order: { task, ask: 'task', evidence: null, note: null, ...order },
    evidence: null,
    again: false,
    inputs: [],
    blockerFault: null,
    mcp: false,
    ...rest,
  };
}
