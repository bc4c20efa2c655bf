import type { CompileInput, CompilePass, DraftTask, TaskSettings } from './compile-draft.js';
import { estimateTask } from './estimate.js';
import type { Learnt } from './learnt.js';
import type { Spec } from './spec.js';
import { chooseAgents } from './spec-agent-choice.js';

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 30 * MINUTE_MS;
const STALL_MS = 5 * MINUTE_MS;
/** Of the estimate. */
const DRAFT_AFTER = 0.5;
const TURNS = 4;
const ATTEMPTS = 2;
/** Every default is applied here, once: the task's own word, then its group's, the campaign's, and Longhaul's. */
export const applyDefaults: CompilePass = (draft, { spec, roles, learnt = null }) => {
  for (const task of draft.tasks) {
    const settings = settingsOf(task, spec, learnt);
    task.settings = { ...settings, owns: ownsOf(task, roles, settings) };
  }
};

/** Who looks and changes nothing needs nothing for itself. */
function ownsOf(
  { written }: DraftTask,
  roles: CompileInput['roles'],
  { changes }: Pick<TaskSettings, 'changes'>,
): readonly string[] {
  const folder = written.role === undefined ? null : (roles[written.role]?.outputFolder ?? null);
  return written.owns ?? (folder === null || changes === 'none' ? [] : [`${folder}/**`]);
}

function settingsOf(task: DraftTask, spec: Spec, learnt: Learnt | null): Omit<TaskSettings, 'owns'> {
  const { written } = task;
  const defaults = spec.defaults ?? {};
  const agents = chooseAgents({
    named: agentsOf(written) ?? agentsOf(defaults),
    role: written.role ?? null,
    agents: Object.entries(spec.agents).map(([name, { roles }]) => ({ name, roles: roles ?? null })),
  });
  if (agents === null) throw new Error(`task ${written.id} has no agent: this is a bug of Longhaul`);
  const { ms: estimateMs } = estimateTask(written, {
    usualMs: defaults.estimate,
    agent: agents[0] ?? '',
    learnt,
  });
  return {
    agents,
    ...limitsOf(written, defaults),
    ...commandsOf(written, spec),
    estimateMs,
    draftAfter: draftAfterOf(written, estimateMs),
    stallMs: stallOf([written.stall, defaults.stall], agents, spec),
    partial: written.partial ?? defaults.partial ?? 'reject',
    onFailure: written.onFailure ?? task.groupOnFailure ?? defaults.onFailure ?? 'best-effort',
  };
}

/** A task's own list stands in place of the campaign's, also where it is empty. */
function commandsOf(own: DraftTask['written'], spec: Spec): Pick<TaskSettings, 'verify' | 'setup' | 'copy'> {
  return {
    verify: own.verify ?? spec.defaults?.verify ?? [],
    setup: own.setup ?? spec.setup ?? [],
    copy: own.copy ?? spec.copy ?? [],
  };
}

type Defaults = NonNullable<Spec['defaults']>;

function limitsOf(
  own: DraftTask['written'],
  defaults: Defaults,
): Pick<TaskSettings, 'timeoutMs' | 'turns' | 'attempts' | 'onTimeout' | 'changes'> {
  return {
    timeoutMs: own.timeout ?? defaults.timeout ?? TIMEOUT_MS,
    turns: own.turns ?? defaults.turns ?? TURNS,
    attempts: own.attempts ?? defaults.attempts ?? ATTEMPTS,
    onTimeout: own.onTimeout ?? defaults.onTimeout ?? 'retry',
    changes: own.changes ?? defaults.changes ?? 'required',
  };
}

function agentsOf({ agent, agents }: Pick<Defaults, 'agent' | 'agents'>): readonly string[] | null {
  return agent === undefined ? (agents ?? null) : [agent];
}

/** A draft is there at the latest when its task is done. */
function draftAfterOf({ draftAfter }: DraftTask['written'], estimateMs: number): number {
  if (draftAfter === undefined) return DRAFT_AFTER;
  return 'share' in draftAfter ? draftAfter.share : Math.min(1, draftAfter.ms / estimateMs);
}

/** A `command` agent may be silent for as long as it likes, unless the spec says otherwise. */
function stallOf(
  said: readonly (number | null | undefined)[],
  agents: readonly string[],
  spec: Spec,
): number | null {
  const first = said.find((stall) => stall !== undefined);
  if (first !== undefined) return first;
  return agents.some((name) => spec.agents[name]?.adapter === 'command') ? null : STALL_MS;
}
