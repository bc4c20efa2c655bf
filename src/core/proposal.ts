/** What agents may not ask for in the tasks that they propose: commands and files that are beyond what they are trusted with. */

/**
 * They run, or are copied, outside of what the agent itself may do; or say who works, how long, how often, before whom,
 * and what may end the campaign. The campaign's own hold.
 */
export const NOT_FOR_AGENTS = [
  ...['setup', 'verify', 'copy'],
  ...['agent', 'agents', 'priority', 'timeout', 'stall', 'turns', 'attempts'],
  ...['partial', 'onTimeout', 'onFailure'],
];

/** For the agent, a sentence each. */
export function proposalFaults(tasks: readonly unknown[]): readonly string[] {
  return tasks.flatMap((task, index): readonly string[] => {
    if (typeof task !== 'object' || task === null || Array.isArray(task))
      return [`Task ${index + 1} must be an object, as in {"id": "…", "title": "…"}.`];
    return NOT_FOR_AGENTS.filter((key) => Object.hasOwn(task, key)).map(
      (key) =>
        `Task ${index + 1} has "${key}", which only people may set: leave it out; the campaign's own counts.`,
    );
  });
}
