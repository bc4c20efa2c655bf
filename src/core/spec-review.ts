/** Who reviews contracts: tasks that the campaign file does not have, and whose names must be free. */
import type { Problem } from './problem.js';
import { agentRolesOf, agentsNamedAt } from './spec-agent.js';
import { chooseAgents } from './spec-agent-choice.js';
import type { Outline } from './spec-outline.js';
import { textsAt } from './spec-outline.js';
import { keysAt, problemAt } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';
import { valueAt, type Written } from './spec-written.js';

export function reviewTask(contract: string, reviewer: string): string {
  return `${contract}-review-${reviewer}`;
}

interface Reviewer {
  readonly contract: string;
  readonly name: string;
  readonly role: string | null;
  /** Where it is asked for. */
  readonly path: SpecPath;
}

export function checkReviews(outline: Outline, written: Written): readonly Problem[] {
  const reviewers = keysAt(written.value, ['contracts']).flatMap((name) =>
    reviewersOf(name, outline, written.value),
  );
  return [
    ...checkConsumers(outline, written),
    ...checkNames(reviewers, outline, written),
    ...reviewers.flatMap((reviewer) => checkAgent(reviewer, written)),
  ];
}

function reviewersOf(contract: string, outline: Outline, root: unknown): readonly Reviewer[] {
  const path: SpecPath = ['contracts', contract, 'review'];
  if (valueAt(root, path) !== 'consumers')
    return textsAt(root, path).map(({ name, path: at }) => ({ contract, name, role: name, path: at }));
  return consumersOf(contract, outline).map((name) => ({ contract, name, role: null, path }));
}

function consumersOf(contract: string, { tasks }: Outline): readonly string[] {
  return tasks
    .filter(({ needs }) => needs.some(({ kind, name }) => kind === 'contract' && name === contract))
    .map(({ id }) => id);
}

function checkConsumers(outline: Outline, written: Written): readonly Problem[] {
  return keysAt(written.value, ['contracts']).flatMap((name) => {
    const path = ['contracts', name, 'review'];
    if (valueAt(written.value, path) !== 'consumers' || consumersOf(name, outline).length > 0) return [];
    return [
      problemAt(written, path, {
        code: 'spec/no-reviewer',
        message: `the contract "${name}" is to be reviewed by its consumers, but no task needs it`,
        hint: `add needs: [{ contract: ${name} }] to a task, write roles as in [architect], or leave review out`,
      }),
    ];
  });
}

/** Ignoring case, as ids of tasks are compared. */
function checkNames(reviewers: readonly Reviewer[], { ids }: Outline, written: Written): readonly Problem[] {
  const taken = new Map(ids.map(({ name }) => [name.toLowerCase(), `the task "${name}"`]));
  return reviewers.flatMap(({ contract, name, path }) => {
    const id = reviewTask(contract, name);
    const rival = taken.get(id.toLowerCase());
    taken.set(id.toLowerCase(), `the review of "${contract}" by "${name}"`);
    if (rival === undefined) return [];
    return [
      problemAt(written, path, {
        code: 'spec/duplicate-name',
        message: `the review of the contract "${contract}" by "${name}" is a task with the id "${id}", which ${rival} has already`,
        hint: 'give one of them another name',
      }),
    ];
  });
}

/** A consumer has its agents; a role has those that may do its tasks. */
function checkAgent({ contract, role, path }: Reviewer, written: Written): readonly Problem[] {
  if (role === null) return [];
  const byDefault = agentsNamedAt(written.value, ['defaults']).map(({ name }) => name);
  const agents = agentRolesOf(written.value);
  if (byDefault.some((name) => !agents.some((agent) => agent.name === name))) return [];
  const named = byDefault.length > 0 ? byDefault : null;
  const choice = chooseAgents({ named, role, agents });
  if (choice !== null && choice.length > 0) return [];
  const message = `the contract "${contract}" is to be reviewed by the role "${role}", `;
  return [
    problemAt(
      written,
      path,
      choice === null
        ? {
            code: 'spec/no-reviewer',
            message: `${message}and the campaign does not say by which of its agents`,
            hint: `add roles: [${role}] to an agent, or an agent to defaults`,
          }
        : {
            code: 'spec/agent-of-other-role',
            message: `${message}which no agent may do`,
            hint: `add ${role} to an agent's roles`,
          },
    ),
  ];
}
