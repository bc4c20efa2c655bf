/** The agent as a task has it: with the task's model, and what its role asks for. */
import type { AgentBrief, RoleBrief } from '../core/brief.js';
import type { Adapter } from './adapter.js';
import { faultOfOption } from './option.js';

interface Wishes {
  /** Of the task. */
  readonly model: string | null;
  readonly role: RoleBrief | null;
}

/** The task's word goes before the role's, and that before the agent's own. */
export function agentForTask(agent: AgentBrief, adapter: Adapter, { model, role }: Wishes): AgentBrief {
  if (model === null && role === null) return agent;
  const wished = model ?? (role !== null && takesModel(adapter, role) ? role.model : null);
  return {
    ...agent,
    model: wished === null || wished === INHERIT ? agent.model : wished,
    options: { ...agent.options, ...optionsFor(adapter, role) },
  };
}

const INHERIT = 'inherit';

function optionsFor(adapter: Adapter, role: RoleBrief | null): RoleBrief['options'] {
  const entries = Object.entries(role?.options ?? {});
  return Object.fromEntries(entries.filter(([name, value]) => takesOption(adapter, name, value)));
}

function takesOption({ options }: Adapter, name: string, value: unknown): boolean {
  const kind = Object.hasOwn(options, name) ? options[name] : undefined;
  return kind !== undefined && faultOfOption(kind, value) === null;
}

const CLAUDES = /^(haiku|sonnet|opus|fable|default|best|opusplan)\b|^claude-/;

/** Role files are written for Claude Code: a model of Claude's says nothing to other programs. */
function takesModel({ kind }: Adapter, { model }: RoleBrief): boolean {
  if (model === null || model === INHERIT) return true;
  return kind === 'claude-code' || (kind !== 'command' && !CLAUDES.test(model));
}

/** What a role asks for that an agent with this adapter does not do. */
export function lostOn(adapter: Adapter, role: RoleBrief): readonly string[] {
  const lost = Object.entries(role.options)
    .filter(([name, value]) => !takesOption(adapter, name, value))
    .map(([name]) => name);
  return takesModel(adapter, role) ? lost : ['model', ...lost];
}
