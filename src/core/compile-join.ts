import type { CompilePass } from './compile-draft.js';

/** A need is a join with one member that must be done; all tasks that need the same one share it. */
export const joinNeeds: CompilePass = (draft) => {
  const needed = new Set(draft.tasks.flatMap(({ written }) => written.needs));
  for (const { written } of draft.tasks) {
    if (!needed.has(written.id)) continue;
    draft.joins.push({ id: needJoin(written.id), members: [written.id], count: 1, asks: 'done' });
  }
  for (const task of draft.tasks) task.after.push(...new Set(task.written.needs.map(needJoin)));
};

function needJoin(task: string): string {
  return `done:${task}`;
}

/** Phases are in order: every task of a phase waits until all tasks of the phase before have ended, however they did. */
export const joinPhases: CompilePass = (draft) => {
  for (const [index, { name }] of draft.phases.slice(0, -1).entries()) {
    const members = draft.tasks.filter(({ phase }) => phase === name).map(({ written }) => written.id);
    const id = `phase:${name}`;
    draft.joins.push({ id, members, count: members.length, asks: 'ended' });
    const next = draft.phases[index + 1]?.name;
    for (const task of draft.tasks) if (task.phase === next) task.after.push(id);
  }
};

/** What another task needs is merged at once, so that the other starts from a commit that holds it. */
export const markMergeAtOnce: CompilePass = (draft) => {
  const needed = new Set(draft.tasks.flatMap(({ written }) => written.needs));
  for (const task of draft.tasks) task.mergeAtOnce = needed.has(task.written.id);
};
