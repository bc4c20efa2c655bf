import type { BlockerState, BlockerSubject } from './blocker.js';
import { taskState, withTask, type CampaignState } from './state.js';
import type { Severity } from './turn.js';

export interface NewBlocker {
  readonly task: string;
  readonly severity: Severity;
  readonly description: string;
  readonly about: BlockerSubject;
}

/** Subjects that keep the task itself waiting until a person answers. */
function stopsTask({ is }: BlockerSubject): boolean {
  return is !== 'message' && is !== 'account' && is !== 'deadline' && is !== 'addition';
}

/** Raises a blocker with the next short id and tells people; where it stops its task, the task is blocked by it. */
export function raiseBlocker(state: CampaignState, blocker: NewBlocker): CampaignState {
  const id = `b${state.blockers.length + 1}`;
  const raised: BlockerState = { id, ...blocker, raisedAtMs: state.nowMs, state: 'open', answer: null };
  const text = `${state.campaign}: ${blocker.task} is blocked (${blocker.severity}): ${blocker.description}`;
  const next: CampaignState = {
    ...state,
    blockers: [...state.blockers, raised],
    outbox: [...state.outbox, { key: `notify:${id}`, do: 'notify', text }],
  };
  if (!stopsTask(blocker.about)) return next;
  return withTask(next, blocker.task, {
    ...taskState(next, blocker.task),
    life: { is: 'blocked', blocker: id },
  });
}
