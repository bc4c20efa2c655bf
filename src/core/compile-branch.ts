import type { CompileInput, CompilePass, Draft, DraftTask } from './compile-draft.js';
import type { Problem } from './problem.js';
import {
  BranchTree,
  branchesClash,
  campaignBranchOf,
  fillBranchTemplate,
  refNameFault,
} from './spec-branch.js';

/** Branches are named and checked before the start: git keeps them as files, and refuses some names side by side. */
export const nameBranches: CompilePass = (draft, input) => {
  const { spec, campaign, earlier } = input;
  for (const task of draft.tasks) {
    const role = task.written.role ?? task.settings?.agents[0] ?? '';
    const { id } = task.written;
    task.branch = earlier?.tasks[id]?.branch ?? fillBranchTemplate(spec.branch, { campaign, role, task: id });
  }
  draft.problems.push(
    ...findFaults(draft, input),
    ...findClashes(draft, input),
    ...findExisting(draft, input),
  );
};

function problemAt(
  input: CompileInput,
  task: DraftTask | null,
  told: Pick<Problem, 'message' | 'hint'>,
): Problem {
  const code = 'spec/branch-clash';
  return { code, ...told, where: input.spec.placeOf(task?.path ?? ['name']), severity: 'problem' };
}

function findFaults(draft: Draft, input: CompileInput): readonly Problem[] {
  return draft.tasks.flatMap((task) => {
    const fault = refNameFault(task.branch);
    if (fault === null) return [];
    const message = `the branch of task "${task.written.id}" would be "${task.branch}", which ${fault}`;
    const hint = 'change the id, the role, or the template in branch';
    return [{ ...problemAt(input, task, { message, hint }), code: 'spec/bad-branch' }];
  });
}

/** Against the tasks before it, and against the campaign's own branch. */
function findClashes(draft: Draft, input: CompileInput): readonly Problem[] {
  const own = campaignBranchOf(input.campaign);
  const earlier = new BranchTree<DraftTask>();
  return draft.tasks.flatMap((task) => {
    const other = earlier.findClash(task.branch);
    earlier.add(task.branch, task);
    const rival = other?.branch ?? (branchesClash(own, task.branch) ? own : null);
    if (rival === null) return [];
    const whose = other === null ? "the campaign's own" : `that of task "${other.written.id}"`;
    return [
      problemAt(input, task, {
        message: `the branch of task "${task.written.id}", ${task.branch}, can't exist beside ${whose}, ${rival}`,
        hint: 'let the template in branch end in {task}, and let no branch be the folder of another',
      }),
    ];
  });
}

/** One problem per branch that is in the way, though it may be in the way of many tasks. */
function findExisting(draft: Draft, input: CompileInput): readonly Problem[] {
  const ours = new BranchTree<{ readonly branch: string; readonly task: DraftTask | null }>();
  const own = campaignBranchOf(input.campaign);
  ours.add(own, { branch: own, task: null });
  for (const task of draft.tasks) ours.add(task.branch, { branch: task.branch, task });
  return input.existingBranches.flatMap((existing) => {
    const first = ours.findClash(existing);
    if (first === null) return [];
    const whose =
      first.task === null ? "the campaign's own branch" : `the branch of task "${first.task.written.id}"`;
    return [
      problemAt(input, first.task, {
        message: `${whose}, ${first.branch}, can't exist beside ${existing}, which is a branch of the repository already`,
        hint: `take another id (longhaul run --id …) or another template in branch, or rename that one: git branch -m ${existing} …`,
      }),
    ];
  });
}
