import { newDraftTask, type CompilePass, type Draft, type DraftTask } from './compile-draft.js';
import type { PlanContract } from './plan.js';
import type { Spec } from './spec.js';
import { reviewTask } from './spec-review.js';
import type { SpecTask } from './spec-schema.js';

const MINUTE_MS = 60_000;
/** A review reads some files and says what it thinks of them. */
const ESTIMATE_MS = 10 * MINUTE_MS;
const TIMEOUT_MS = 20 * MINUTE_MS;

/**
 * The review of a contract becomes tasks, one for each reviewer, in a group of their own beside the author's: the
 * scheduler knows no reviews, only tasks that start once something is published, and joins that wait for them.
 */
export const layOutReviews: CompilePass = (draft, { spec }) => {
  const tasks = new Map(draft.tasks.map((task) => [task.written.id, task]));
  draft.contracts = draft.contracts.map((contract) => {
    const author = tasks.get(contract.author);
    const reviews = reviewsOf(contract, spec, tasks);
    if (author === undefined || reviews.length === 0) return contract;
    addGroup(draft, author, { contract, reviews });
    return { ...contract, reviewers: reviews.map(({ id }) => id) };
  });
};

function addGroup(
  draft: Draft,
  { phase }: DraftTask,
  { contract, reviews }: { readonly contract: PlanContract; readonly reviews: readonly SpecTask[] },
): void {
  // No group of a campaign file can have a blank in its name.
  const name = `review of ${contract.id}`;
  const id = `${phase}/${name}`;
  const members = reviews.map((review) => review.id);
  const wait = members.length;
  draft.groups.push({ id, name, phase, members, wait, rest: 'cancel', timeoutMs: null, written: null });
  draft.phases = draft.phases.map((each) =>
    each.name === phase ? { ...each, groups: [...each.groups, id] } : each,
  );
  draft.tasks.push(
    ...reviews.map((written) =>
      newDraftTask({
        written,
        path: ['contracts', contract.id],
        phase,
        group: id,
        reviews: contract.id,
        groupOnFailure: null,
      }),
    ),
  );
}

function reviewsOf(
  { id, consumers }: PlanContract,
  spec: Spec,
  tasks: ReadonlyMap<string, DraftTask>,
): readonly SpecTask[] {
  const review = spec.contracts[id]?.review;
  if (review === undefined) return [];
  if (review !== 'consumers')
    return review.map((role) => reviewBy(id, role, { role, forWhom: `You are asked as ${role}.`, like: {} }));
  return consumers.flatMap((consumer) => {
    const written = tasks.get(consumer)?.written;
    if (written === undefined) return [];
    const { role, agent, agents, priority, title, prompt } = written;
    const own = prompt === undefined ? title : `${title}\n\n${prompt}`;
    const forWhom = `You judge it for the task ${consumer}, which will build on it:\n\n${quote(own)}`;
    return [reviewBy(id, consumer, { role, forWhom, like: { agent, agents, priority } })];
  });
}

function quote(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

interface By {
  readonly role: string | undefined;
  readonly forWhom: string;
  readonly like: Partial<Pick<SpecTask, 'agent' | 'agents' | 'priority'>>;
}

function reviewBy(contract: string, reviewer: string, { role, forWhom, like }: By): SpecTask {
  return {
    id: reviewTask(contract, reviewer),
    title: `Review the contract ${contract} for ${reviewer}`,
    role,
    prompt: `${forWhom}\n\n${ASKED}`,
    context: [],
    priority: like.priority ?? 0,
    kind: 'work',
    needs: [{ kind: 'contract', name: contract }],
    owns: [],
    reads: [],
    intends: [],
    uses: {},
    publishes: [],
    agent: like.agent,
    agents: like.agents,
    estimate: ESTIMATE_MS,
    timeout: TIMEOUT_MS,
    changes: 'none',
    verify: [],
    setup: [],
    forEach: undefined,
    partial: 'reject',
  };
}

const ASKED = [
  'Is the contract complete? It should say what it is for, every operation with what goes in and what comes out, ' +
    'every error and when it comes, and give examples.',
  'Could the work be done against it alone, without a question to its author? Do its parts agree with each other?',
  'Approve of it where the answers are yes. Where they are not, say in each finding what is missing or wrong, and ' +
    'where: its author mends it by that. What is a matter of taste is no finding.',
].join('\n');
