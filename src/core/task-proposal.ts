/** Tasks that somebody wants to have added while the campaign runs, as they are written; what they mean is found when they are compiled. */
import { LONGEST_ADDITION, MOST_TASKS_AT_ONCE } from './addition-request.js';
import { countOf } from './count.js';

/** An agent's, in its own words. */
export interface TaskProposal {
  /** At most 1,000 characters; empty where it does not say. */
  readonly why: string;
  /** As in a campaign file; empty where `problem` says what is wrong with them. */
  readonly tasks: readonly unknown[];
  /** For the agent; null where nothing is wrong that shows without compiling them. */
  readonly problem: string | null;
}

/** What is wrong with a list of tasks before anybody looks into them, as it continues "the tasks …"; or null. */
export function faultOfTasks(tasks: unknown): string | null {
  if (!Array.isArray(tasks)) return `must be a list, not ${tasks === undefined ? 'nothing' : typeof tasks}`;
  if (tasks.length === 0) return 'are an empty list';
  if (tasks.length > MOST_TASKS_AT_ONCE)
    return `are ${countOf(tasks.length, 'task')}; at most ${MOST_TASKS_AT_ONCE} can be added at once`;
  const other = tasks.findIndex((task) => typeof task !== 'object' || task === null || Array.isArray(task));
  if (other !== -1) return `must be mappings with an id and a title, and number ${other + 1} is none`;
  const length = lengthOf(tasks);
  if (length === null) return 'are nested too deeply, or hold themselves';
  return length > LONGEST_ADDITION
    ? `have ${length} characters; at most ${LONGEST_ADDITION} can be added at once`
    : null;
}

/** Of their JSON; null where they have none: an alias of YAML may stand in itself, and JSON may be as deep as it is long. */
function lengthOf(tasks: unknown): number | null {
  try {
    return JSON.stringify(tasks).length;
  } catch {
    return null;
  }
}
