/** Who does the tasks: agents that are named must be there, and be described as their adapter wants it. */
import type { Problem } from './problem.js';
import { chooseAgents, type AgentRoles } from './spec-agent-choice.js';
import { valueAt, type Written } from './spec-written.js';
import { textsAt, type Outline, type Reference } from './spec-outline.js';
import { isMapping, keyProblemAt, keysAt, problemAt } from './spec-problem.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';

export function checkAgents(outline: Outline, written: Written): readonly Problem[] {
  const agents = keysAt(written.value, ['agents']);
  const places: readonly SpecPath[] = [['defaults'], ...outline.tasks.map(({ path }) => path)];
  const problems = places
    .flatMap((path) => agentsNamedAt(written.value, path))
    .filter(({ name }) => !agents.includes(name))
    .map(({ name, path }) => {
      const meant = suggest(name, agents);
      return problemAt(written, path, {
        code: 'spec/unknown-agent',
        message: `no agent is called "${name}"`,
        hint: meant === null ? `agents of this campaign: ${agents.join(', ')}` : `did you mean "${meant}"?`,
      });
    });
  return [...problems, ...checkSomeAgent(outline, written)];
}

export function agentsNamedAt(root: unknown, path: SpecPath): readonly Reference[] {
  const single = valueAt(root, [...path, 'agent']);
  const one = typeof single === 'string' ? [{ name: single, path: [...path, 'agent'] }] : [];
  return [...one, ...textsAt(root, [...path, 'agents'])];
}

function namesAnAgent(root: unknown, path: SpecPath): boolean {
  return ['agent', 'agents'].some((key) => valueAt(root, [...path, key]) !== undefined);
}

/** With several agents, each task must know its own; with one, that is the one. */
function checkSomeAgent(outline: Outline, written: Written): readonly Problem[] {
  const agents = valueAt(written.value, ['agents']);
  const names = keysAt(written.value, ['agents']);
  if (!isMapping(agents) || names.length === 1) return [];
  if (names.length === 0) {
    return [
      problemAt(written, ['agents'], {
        code: 'spec/no-agent',
        message: 'agents names no agent, so nobody can do the tasks',
        hint: 'add one, as in claude: { adapter: claude-code }',
      }),
    ];
  }
  if (namesAnAgent(written.value, ['defaults'])) return [];
  const roles = agentRolesOf(written.value);
  return outline.tasks
    .filter(({ path }) => !namesAnAgent(written.value, path))
    .filter(({ value }) => {
      const role = typeof value['role'] === 'string' ? value['role'] : null;
      return chooseAgents({ named: null, role, agents: roles }) === null;
    })
    .map(({ id, path }) =>
      problemAt(written, path, {
        code: 'spec/no-agent',
        message: `task "${id}" does not say which of the agents ${names.join(', ')} does it`,
        hint: `add agent: ${names[0] ?? ''} to the task or to defaults`,
      }),
    );
}

export function checkAdapters(_outline: Outline, written: Written): readonly Problem[] {
  return keysAt(written.value, ['agents']).flatMap((name) => {
    const at = (key: string) => valueAt(written.value, ['agents', name, key]);
    const adapter = at('adapter');
    const isCommand = adapter === 'command';
    if ((isCommand || adapter === 'acp') && at('run') === undefined) {
      return [
        problemAt(written, ['agents', name], {
          code: 'spec/missing-key',
          message: `agent "${name}" has the adapter ${adapter}, but "run" is missing`,
          hint: 'add run: [program, argument, …]',
        }),
      ];
    }
    const useless = isCommand ? ['model', 'settings'] : adapter === 'acp' ? ['settings'] : [];
    return useless
      .filter((key) => at(key) !== undefined)
      .map((key) =>
        keyProblemAt(written, ['agents', name, key], {
          message: `agent "${name}" has the adapter ${String(adapter)}, which has no use for "${key}"`,
          hint: 'pass it to the program in run',
        }),
      );
  });
}

export function agentRolesOf(root: unknown): readonly AgentRoles[] {
  return keysAt(root, ['agents']).map((name) => {
    const roles = textsAt(root, ['agents', name, 'roles']).map((role) => role.name);
    return { name, roles: roles.length > 0 ? roles : null };
  });
}
