import type { BlockerState, BlockerSubject } from './blocker.js';
import type { Notice } from './notice.js';
import { tellPeople } from './tell-people.js';
import { taskState, withTask, type CampaignState } from './state.js';
import type { BlockerDetails, Severity } from './turn.js';

export interface NewBlocker {
  readonly task: string;
  readonly severity: Severity;
  readonly description: string;
  readonly about: BlockerSubject;
  readonly details?: BlockerDetails;
}

/** Subjects that keep the task itself waiting until a person answers. */
function stopsTask({ is }: BlockerSubject): boolean {
  return is !== 'message' && is !== 'account' && is !== 'deadline' && is !== 'addition';
}

/** Raises a blocker with the next short id and tells people; where it stops its task, the task is blocked by it. */
export function raiseBlocker(state: CampaignState, { details = {}, ...blocker }: NewBlocker): CampaignState {
  const id = `b${state.blockers.length + 1}`;
  const fresh = { raisedAtMs: state.nowMs, state: 'open', answer: null } as const;
  const raised: BlockerState = { id, ...blocker, ...details, ...fresh };
  const next = tellPeople({ ...state, blockers: [...state.blockers, raised] }, id, noticeOf(state, raised));
  if (!stopsTask(blocker.about)) return next;
  return withTask(next, blocker.task, {
    ...taskState(next, blocker.task),
    life: { is: 'blocked', blocker: id },
  });
}

function noticeOf({ campaign }: CampaignState, blocker: BlockerState): Notice {
  const { id, task, severity, description, about } = blocker;
  const text = `${campaign}: ${task} is blocked (${severity}): ${description}`;
  const account = about.is === 'account' ? { account: about.account } : {};
  return { about: 'blocker', severity, text, task, blocker: id, ...account };
}
