/**
 * The review of a contract: each version that its author offers is judged by a task per reviewer, and is published once
 * all approve. What one refuses goes back to the author, with the findings; what that makes of it is offered again.
 *
 * The verdicts stand in the reviewers' own states, on the newest version alone: a newer one takes them back.
 */
import { closeBlockers } from './blocker.js';
import type { TaskAt } from './failure.js';
import type { Plan, PlanContract } from './plan.js';
import { planContract, planTask } from './plan-index.js';
import type { Review } from './ports.js';
import type { PublishedVersion } from './publication.js';
import { raiseBlocker } from './raise-blocker.js';
import { endTask, taskState, withoutLocks, withTask, type CampaignState } from './state.js';
import { isApproved, MEND, type TaskState } from './task.js';
import { canReopen, reopen, tell } from './tell.js';
import { tellTask } from './tell-task.js';

/** So many versions that were refused, and a person is asked: author and reviewers don't agree by themselves. */
const MOST_REFUSED = 3;

/** Who works with the contract: its consumers and its provider, the author left out. */
export function usersOf({ author, provider, consumers }: PlanContract): readonly string[] {
  const users = provider === null ? consumers : [...consumers, provider];
  return [...new Set(users)].filter((user) => user !== author);
}

/** Whose approval of the newest version is missing. */
export function missingReviews(state: CampaignState, { reviewers }: PlanContract): readonly string[] {
  return reviewers.filter((id) => !isApproved(taskState(state, id)));
}

/** A new version stands on the campaign's branch: the verdicts on the one before are void. */
export function offer(
  plan: Plan,
  state: CampaignState,
  { name, news }: { readonly name: string; readonly news: string },
): CampaignState {
  const contract = planContract(plan, name);
  const known = withVersion(state, name, { news });
  const asked = contract.reviewers.reduce(
    (so, id) => askAgain({ plan, state: so, id }, { contract: name, text: news }),
    known,
  );
  return publish(plan, asked, contract);
}

/** A waiver holds for all versions; a reviewer that failed is a person's to have tried again. */
function askAgain(at: TaskAt, news: Parameters<typeof tell>[1]): CampaignState {
  const { plan, state, id } = at;
  const { verdict, life } = taskState(state, id);
  if (verdict === 'waived') return state;
  const hasJudged = verdict === 'refused' || (life.is === 'ended' && life.as === 'done');
  if (!hasJudged) return tell(at, news);
  if (!canReopen(state)) return state;
  const moot = closeBlockers(state, ({ task, about }) => task === id && about.is === 'review');
  return reopen({ plan, state: moot, id }, { ask: 'adapt', note: news.text, recheck: false });
}

/** Where all approve, those who work with it are told of it. */
function publish(plan: Plan, state: CampaignState, contract: PlanContract): CampaignState {
  const news = state.contracts[contract.id]?.news ?? null;
  if (news === null || missingReviews(state, contract).length > 0) return state;
  const told = usersOf(contract).reduce(
    (so, id) => tell({ plan, state: so, id }, { contract: contract.id, text: news }),
    state,
  );
  return withVersion(told, contract.id, { news: null });
}

function withVersion(state: CampaignState, name: string, changed: Partial<PublishedVersion>): CampaignState {
  const before = state.contracts[name] ?? { version: '', commit: null, count: 0, refused: 0, news: null };
  return { ...state, contracts: { ...state.contracts, [name]: { ...before, ...changed } } };
}

/** A review turn is over, and has a verdict. */
export function judge(at: TaskAt, review: Review): CampaignState {
  const { plan, state, id } = at;
  const before = taskState(state, id);
  const task: TaskState = { ...before, executor: 'none', lastSignature: '', sameInRow: 0, transients: 0 };
  // It was at work when a newer version was offered, and has not seen that.
  if (task.behind === 'contract') {
    const next = { ask: 'adapt', evidence: null, note: null, sync: true } as const;
    return withTask(state, id, { ...task, life: { is: 'waiting' }, next });
  }
  const contract = contractOf(plan, id);
  if (!review.approve) return refuse({ plan, state: withTask(state, id, task), id }, contract, review);
  const approved = withTask(state, id, { ...task, verdict: 'approved', progress: 100 });
  return publish(plan, endTask(approved, id, { as: 'done', why: task.summary }), contract);
}

function contractOf(plan: Plan, reviewer: string): PlanContract {
  return planContract(plan, planTask(plan, reviewer).reviews ?? '');
}

/** The reviewer waits for the next version; after too many of them, for a person. */
function refuse({ plan, state, id }: TaskAt, contract: PlanContract, { findings }: Review): CampaignState {
  const isFirst = contract.reviewers.every((other) => taskState(state, other).verdict !== 'refused');
  const refused = (state.contracts[contract.id]?.refused ?? 0) + (isFirst ? 1 : 0);
  const summary = sayRefused(state, contract, { by: id, findings });
  const task = {
    ...taskState(state, id),
    verdict: 'refused',
    life: { is: 'waiting' },
    holds: false,
  } as const;
  const counted = withVersion(state, contract.id, { refused });
  // It may wait for long, and its author may need what it asked for.
  const noted = withoutLocks(withTask(counted, id, { ...task, summary, parked: false }), id);
  if (refused < MOST_REFUSED || isOver(noted, contract.author))
    return handBack({ plan, state: noted, id: contract.author }, summary);
  const ways =
    `An answer goes to ${contract.author} with these findings, for another version. To do without this review: ` +
    `longhaul skip ${id}.`;
  const description = `${refused} versions were not approved. ${summary}\n${ways}`;
  return raiseBlocker(noted, { task: id, severity: 'high', description, about: { is: 'review' } });
}

function sayRefused(
  state: CampaignState,
  { id: name }: PlanContract,
  { by, findings }: { readonly by: string; readonly findings: readonly string[] },
): string {
  const version = state.contracts[name]?.version ?? '';
  const named = ['The contract', name, version].filter(Boolean).join(' ');
  const list =
    findings.length === 0 ? ' It did not say why.' : findings.map((each) => `\n- ${each}`).join('');
  return `${named} is not approved by ${by}:${list}`.slice(0, LONGEST);
}

/** So that those of several reviewers fit into one note. */
const LONGEST = 1_800;

function isOver(state: CampaignState, id: string): boolean {
  return taskState(state, id).life.is === 'ended' && !isDone(state, id);
}

function isDone(state: CampaignState, id: string): boolean {
  const { life } = taskState(state, id);
  return life.is === 'ended' && life.as === 'done';
}

/** To the author: with its next turn; where none is due, there is one. Work that is on its way to its merge goes there first. */
function handBack(at: TaskAt, text: string): CampaignState {
  const { state, id: author } = at;
  if (isDone(state, author) && canReopen(state))
    return reopen(at, { ask: 'mend', note: text, recheck: false });
  if (taskState(state, author).life.is === 'ended') return state;
  const told = tellTask(state, author, text);
  const task = taskState(told, author);
  // Its turns were over: one more.
  if (task.life.is === 'finishing')
    return withTask(told, author, { ...task, life: { is: 'waiting' }, next: MEND, recheck: false });
  return withTask(told, author, { ...task, behind: 'findings' });
}

/** The author's work is merged. What was found against it meanwhile is mended now; what mended it is offered. */
export function authorMerged(plan: Plan, state: CampaignState, id: string): CampaignState {
  if (taskState(state, id).behind === 'findings' && canReopen(state))
    return reopen({ plan, state, id }, { ask: 'mend', note: null, recheck: false });
  const refused = planTask(plan, id).publishes.filter((name) =>
    planContract(plan, name).reviewers.some((reviewer) => taskState(state, reviewer).verdict === 'refused'),
  );
  return refused.reduce((so, name) => {
    const count = (so.contracts[name]?.count ?? 0) + 1;
    const news = `The contract ${name} is there in a new version, which came with the merge of ${id}.`;
    return offer(plan, withVersion(so, name, { count }), { name, news });
  }, state);
}

/** A person's word goes to the author with the findings, and the versions are counted anew. */
export function answerReview(
  plan: Plan,
  state: CampaignState,
  { task: id, answer }: { readonly task: string; readonly answer: string },
): CampaignState {
  const task = taskState(state, id);
  if (task.life.is !== 'blocked') return state;
  const contract = contractOf(plan, id);
  const waits = withTask(state, id, { ...task, life: { is: 'waiting' } });
  const counted = withVersion(waits, contract.id, { refused: 0 });
  return handBack({ plan, state: counted, id: contract.author }, `${task.summary}\nA person says: ${answer}`);
}

/** A person does without this reviewer: what it might say of this version or a later one does not count. */
export function waive(plan: Plan, state: CampaignState, id: string): CampaignState {
  return publish(
    plan,
    withTask(state, id, { ...taskState(state, id), verdict: 'waived' }),
    contractOf(plan, id),
  );
}
