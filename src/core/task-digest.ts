/**
 * What a task is, as a digest: of its own definition, and of that with all that it builds on. Keyed by content: where a
 * task stands, in which phase or group, and how it is scheduled (estimate, priority, agent, retries) is no part of it,
 * nor are texts of the whole campaign (goal, roles, setup).
 */
import type { CampaignBrief, TaskBrief } from './brief.js';
import { compareText } from './compare.js';
import { topologicalOrder } from './graph.js';

/** Hex digits of each half: a task is only compared with itself, a change shows in both, and nobody gains by a collision. */
const DIGITS = 8;

/** By id: `<own>.<whole>`. */
export function taskDigests(
  brief: CampaignBrief,
  digest: (text: string) => string,
): Readonly<Record<string, string>> {
  const ids = Object.keys(brief.tasks);
  const before = Object.fromEntries(
    Object.values(brief.tasks).map((task) => [task.id, inputsOf(brief, task)]),
  );
  const wholes: Record<string, string> = {};
  const digests: Record<string, string> = {};
  // A spec has no cycle; were there one, each of its tasks would be compared by its own definition.
  for (const id of topologicalOrder({ ids, before }) ?? ids) {
    const task = brief.tasks[id];
    if (task === undefined) continue;
    const own = digest(JSON.stringify(definitionOf(brief, task)));
    const inputs = (before[id] ?? []).map((input) => [input, wholes[input] ?? '']);
    const whole = digest(JSON.stringify([own, inputs]));
    wholes[id] = whole;
    digests[id] = `${own.slice(0, DIGITS)}.${whole.slice(0, DIGITS)}`;
  }
  return digests;
}

/** Has its own definition changed? */
export function isRedefined(one: string, other: string): boolean {
  return ownOf(one) !== ownOf(other);
}

function ownOf(digest: string): string {
  return digest.slice(0, Math.max(0, digest.indexOf('.')));
}

/** Tasks whose work it builds on. */
function inputsOf({ contracts, groups }: CampaignBrief, task: TaskBrief): readonly string[] {
  const authors = task.consumes.flatMap((name) => contracts[name]?.author ?? []);
  const members = task.groups.flatMap((id) => groups[id] ?? []);
  const inputs = new Set([...task.needs, ...task.drafts, ...task.finishes, ...members, ...authors]);
  inputs.delete(task.id);
  return [...inputs].sort(compareText);
}

/** What it is told to do, and what it must prove. */
function definitionOf({ contracts, templates }: CampaignBrief, task: TaskBrief): unknown {
  const { title, role, prompt, template, context, changes, verify, owns, publishes, consumes, provides } =
    task;
  const agreed = [publishes, consumes, provides].map((names) =>
    names.map((name) => {
      const { version, files, mock, test } = contracts[name] ?? {};
      return [name, version, files, mock, test];
    }),
  );
  const told = [template, templates[template.name]?.version];
  const own = [title, role, prompt, told, context, changes, verify, owns, agreed];
  return task.output === null ? own : [...own, task.output];
}
