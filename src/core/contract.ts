/**
 * What an agent publishes in the middle of its turn: a contract, or a draft. An activity has committed just the named
 * files; merged into the campaign's branch, they let those start that wait for them. Asked for twice, it happens once.
 */
import type { Plan, PlanContract } from './plan.js';
import type { Publication, PublishRequest } from './publication.js';
import { planContract, planTask } from './plan-index.js';
import { missingReviews, usersOf } from './review.js';
import { taskState, type CampaignState } from './state.js';
import type { ContractStateName, ContractStatus } from './status.js';
import { changedContracts } from './tell.js';

export function viewContract(plan: Plan, state: CampaignState, contract: PlanContract): ContractStatus {
  const { id, author, provider, consumers } = contract;
  const published = state.contracts[id]?.version ?? '';
  return {
    name: id,
    version: published === '' ? contract.version : published,
    state: contractState(plan, state, id),
    author,
    provider,
    consumers,
    pending: pendingOf(state, contract),
  };
}

export function contractState(plan: Plan, state: CampaignState, id: string): ContractStateName {
  const contract = planContract(plan, id);
  if (!taskState(state, contract.author).published.includes(id)) return 'draft';
  if (missingReviews(state, contract).length > 0) return 'in review';
  if (pendingOf(state, contract).length > 0) return 'changed';
  const { life } = taskState(state, contract.provider ?? contract.author);
  return life.is === 'ended' && life.as === 'done' ? 'fulfilled' : 'published';
}

/** Who has still to approve of its newest version, or, where that is published, to take it in. */
function pendingOf(state: CampaignState, contract: PlanContract): readonly string[] {
  if (!taskState(state, contract.author).published.includes(contract.id)) return [];
  const reviewers = missingReviews(state, contract);
  if (reviewers.length > 0) return reviewers;
  return usersOf(contract).filter((user) => changedContracts(taskState(state, user)).includes(contract.id));
}

/** Why this task can't publish it, for the agent that asked; or null. */
export function whyNotPublished(
  plan: Plan,
  task: string,
  { what, name, problem }: PublishRequest,
): string | null {
  if (problem !== null) return problem;
  const { publishes } = planTask(plan, task);
  if (what === 'draft' || publishes.includes(name)) return null;
  const known =
    publishes.length === 0 ? 'this task publishes none' : `this task publishes ${publishes.join(', ')}`;
  return `there is no contract "${name}" that is this task's to publish; ${known}`;
}

/** `The contract cart-api 1.1.0 is published by design (contracts/cart.yaml). …` */
export function sayPublished({ what, name, version, task, files, note }: Publication): string {
  const named =
    what === 'draft' ? `A draft of ${task}` : ['The contract', name, version].filter(Boolean).join(' ');
  const by = what === 'draft' ? '' : ` by ${task}`;
  const where =
    files.length === 0
      ? ''
      : ` (${files.slice(0, MOST_NAMED).join(', ')}${files.length > MOST_NAMED ? ', …' : ''})`;
  return `${named} is published${by}${where}.${note === '' ? '' : ` ${note}`}`;
}

const MOST_NAMED = 10;
