import type { Plan } from './plan.js';
import type { CampaignState } from './state.js';

/** The campaign workflow's argument. `state` is null in the first run. */
export interface CampaignInput {
  readonly campaign: string;
  readonly plan: Plan;
  readonly state: CampaignState | null;
}

export interface CampaignResult {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly message: string;
}
