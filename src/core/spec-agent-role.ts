/** Agents that may do the tasks of some roles only. */
import type { Problem } from './problem.js';
import { agentRolesOf, agentsNamedAt } from './spec-agent.js';
import { chooseAgents, type AgentRoles } from './spec-agent-choice.js';
import { valueAt, type Written } from './spec-written.js';
import type { Outline, OutlineTask } from './spec-outline.js';
import { keysAt, problemAt } from './spec-problem.js';
import { suggest } from './spec-suggest.js';

export function checkRoles(outline: Outline, written: Written): readonly Problem[] {
  const agents = agentRolesOf(written.value);
  const byDefault = agentsNamedAt(written.value, ['defaults']).map(({ name }) => name);
  return [
    ...checkRoleLimits(outline, written),
    ...outline.tasks.flatMap((task) => checkTask(task, { agents, byDefault, written })),
  ];
}

interface Around {
  readonly agents: readonly AgentRoles[];
  readonly byDefault: readonly string[];
  readonly written: Written;
}

function checkTask(task: OutlineTask, { agents, byDefault, written }: Around): readonly Problem[] {
  const { id, path, value } = task;
  const role = typeof value['role'] === 'string' ? value['role'] : null;
  const own = agentsNamedAt(written.value, path).map(({ name }) => name);
  const named = [own, byDefault].find((names) => names.length > 0) ?? null;
  // What is not there is told of elsewhere.
  if (named?.some((name) => !agents.some((agent) => agent.name === name)) === true) return [];
  const choice = chooseAgents({ named, role, agents });
  if (choice === null || choice.length > 0) return [];
  const candidates = named ?? agents.map(({ name }) => name);
  const what =
    role === null
      ? 'has no role, and its agents do only what has one'
      : `has the role "${role}", which none of its agents may do`;
  const only = candidates.map((name) => {
    const roles = agents.find((agent) => agent.name === name)?.roles ?? [];
    return `${name} does only ${roles.join(', ')}`;
  });
  return [
    problemAt(written, role === null ? path : [...path, 'role'], {
      code: 'spec/agent-of-other-role',
      message: `task "${id}" ${what}: ${only.join('; ')}`,
      hint: role === null ? 'give the task a role, or another agent' : `add ${role} to an agent's roles`,
    }),
  ];
}

/** A limit for a role that nobody has would limit nothing. */
function checkRoleLimits(outline: Outline, written: Written): readonly Problem[] {
  const roles = [...new Set(outline.tasks.map(({ value }) => value['role']))].filter(
    (role) => typeof role === 'string',
  );
  return keysAt(written.value, ['limits', 'roles'])
    .filter(
      (role) => !roles.includes(role) && valueAt(written.value, ['limits', 'roles', role]) !== undefined,
    )
    .map((role) => {
      const meant = suggest(role, roles);
      return problemAt(written, ['limits', 'roles', role], {
        code: 'spec/unknown-role',
        message: `limits.roles names the role "${role}", which no task has`,
        hint: meant === null ? 'name the role of a task, or leave it out' : `did you mean "${meant}"?`,
      });
    });
}
