/** What all handlers share: what they need of the run, and how they read what people typed. */
import type { Campaign } from '../core/amend.js';
import type { CampaignEvent } from '../core/engine.js';
import type { Plan } from '../core/plan.js';
import type { CampaignState } from '../core/state.js';
import { refuse } from './failures.js';

/** What the handlers need of the run. */
export interface Hearer {
  readonly plan: Plan;
  readonly state: CampaignState;
  /** With all that was said so far, decided on or not. */
  ahead(): Campaign;
  take(event: CampaignEvent): void;
}

/** As much as an order's note takes. */
const LONGEST = 4_000;

/** What may stand in a message; each may be missing, or anything. */
export type Fields = Readonly<
  Partial<
    Record<
      | 'key'
      | 'task'
      | 'gen'
      | 'note'
      | 'blocker'
      | 'answer'
      | 'why'
      | 'account'
      | 'phase'
      | 'agent'
      | 'agents'
      | 'report'
      | 'severity'
      | 'description'
      | ('usd' | 'tokens' | 'turns' | 'hours')
      | ('tasks' | 'group' | 'problem')
      | ('revision' | 'plan')
      | ('blockingTask' | 'workaround' | 'neededByMs' | 'impact')
      | ('request' | 'id' | 'paths' | 'mode' | 'reason' | 'estimateMs' | 'priority' | 'wait' | 'changesMade'),
      unknown
    >
  >
>;

/** Signals come as people type them: an error in a handler would stop the campaign for good. */
export function fieldsOf(input: unknown): Fields {
  return typeof input === 'object' && input !== null ? input : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, LONGEST) : '';
}

/** When it was said, and the key that makes it count once. People who type a signal by hand leave the key out. */
export function stamp(key: unknown): { atMs: number; key: string | null } {
  return { atMs: Date.now(), key: textOf(key) || null };
}

export function checkOpen(run: Hearer): Campaign {
  const campaign = run.ahead();
  const { state } = campaign;
  if (state.end !== null) throw refuse('campaign/over', `The campaign is over (${state.end.as}).`);
  return campaign;
}
