import { faultOfTasks, type TaskProposal } from '../core/task-proposal.js';
import { isRecord, textOf } from './adapter.js';

const LONGEST_WHY = 1_000;

/** From an agent's own words; what can't be tasks at all is left out, and said. */
export function readProposal(value: unknown): TaskProposal {
  const said = isRecord(value) ? value : {};
  const why = (textOf(said.why) ?? '').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WHY);
  const fault = faultOfTasks(said.tasks);
  if (fault !== null) return { why, tasks: [], problem: `its "tasks" ${fault}` };
  return { why, tasks: said.tasks as readonly unknown[], problem: null };
}
