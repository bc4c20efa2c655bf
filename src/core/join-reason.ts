/** Joins in words: what a task waits for in one, and who broke it. */
import { planContract, planTask } from './plan-index.js';
import type { Join, Plan } from './plan.js';
import { taskState, type CampaignState } from './state.js';
import type { WaitReason } from './status.js';
import { isApproved } from './task.js';

interface At {
  readonly plan: Plan;
  readonly state: CampaignState;
}

/** Of a join that is not met: who is not there yet. */
export function joinReasons({ plan, state }: At, join: Join): readonly WaitReason[] {
  const [first] = join.members;
  if (first === undefined) return [];
  switch (join.asks) {
    case 'ended':
    case 'verified':
      return [{ reason: 'need', on: `phase ${planTask(plan, first).phase}` }];
    case 'published':
      return join.members
        .filter(
          (contract) => !taskState(state, planContract(plan, contract).author).published.includes(contract),
        )
        .map((contract) => ({
          reason: isPublishing(state, { name: contract }) ? 'integration' : 'need',
          on: `contract ${contract}`,
        }));
    case 'drafted':
      return notDone(state, join)
        .filter((task) => !taskState(state, task).drafted)
        .map((task) => ({
          reason: isPublishing(state, { task, name: '' }) ? 'integration' : 'need',
          on: `draft of ${task}`,
        }));
    case 'approved':
      return join.members
        .filter((id) => !isApproved(taskState(state, id)))
        .map((on) => ({ reason: 'need', on }));
    case 'done':
      return notDone(state, join).map((task) => ({
        reason: taskState(state, task).life.is === 'integrating' ? 'integration' : 'need',
        on: task,
      }));
  }
}

/** The member of a broken join that can't be there any more, and for a contract its author. */
export function joinCause({ plan, state }: At, join: Join): string | null {
  const lost = join.members.find((member) => {
    const task = join.asks === 'published' ? planContract(plan, member).author : member;
    const { life, verdict } = taskState(state, task);
    return life.is === 'ended' && life.as !== 'done' && verdict !== 'waived';
  });
  if (lost === undefined || join.asks !== 'published') return lost ?? null;
  return `contract ${lost} of ${planContract(plan, lost).author}`;
}

/** It is published, and waits for its merge. */
function isPublishing(
  state: CampaignState,
  what: { readonly task?: string; readonly name: string },
): boolean {
  return state.publications.some(
    ({ name, task }) => name === what.name && (what.task === undefined || task === what.task),
  );
}

function notDone(state: CampaignState, { members }: Join): readonly string[] {
  return members.filter((member) => {
    const { life } = taskState(state, member);
    return life.is !== 'ended' || life.as !== 'done';
  });
}
