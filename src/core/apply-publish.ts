/** What agents publish becomes state: asked for, merged, told to those who work with it. */
import { sayPublished, whyNotPublished } from './contract.js';
import type { Publication, PublishRequest } from './publication.js';
import { MOST_TRANSIENTS } from './failure.js';
import type { Plan } from './plan.js';
import { hasTask, joinsOfTask, tasksAfter } from './plan-index.js';
import type { PublishFacts, PublishReport } from './ports.js';
import { raiseBlocker } from './raise-blocker.js';
import { offer } from './review.js';
import { taskState, withTask, type CampaignState } from './state.js';
import { tell } from './tell.js';
import { tellTask } from './tell-task.js';

const PUBLISH_REST_MS = 5_000;

export interface PublishAsked {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  readonly request: PublishRequest;
}

/** Also from a turn that is over by now, as long as its task is not: what it published stands in a commit. */
export function applyPublishAsked(plan: Plan, state: CampaignState, asked: PublishAsked): CampaignState {
  const { key, task, gen, request } = asked;
  if (!hasTask(plan, task) || taskState(state, task).life.is === 'ended') return state;
  const problem = whyNotPublished(plan, task, request);
  if (problem !== null)
    return tellTask(state, task, `What you wanted to publish was not published: ${problem}.`);
  const publication: Publication = { ...request, key, task, gen, tries: 0, notBeforeMs: 0 };
  if (request.commit === null) return applyPublished(plan, state, publication);
  if (isPublished(state, publication)) return state;
  // A newer one of the same kind holds the older one's files.
  const others = state.publications.filter((other) => isOut(state, other) || !isSame(other, publication));
  return { ...state, publications: [...others, publication] };
}

function isPublished(state: CampaignState, { what, name, version, commit }: Publication): boolean {
  const last = what === 'contract' ? state.contracts[name] : undefined;
  return last !== undefined && last.commit === commit && last.version === version;
}

function isSame(one: Publication, other: Publication): boolean {
  return one.task === other.task && one.what === other.what && one.name === other.name;
}

function isOut({ publishing }: CampaignState, { key }: Publication): boolean {
  return publishing?.keys.includes(key) ?? false;
}

/** Those that can be merged now; what a task that is over had published came with its merge, or is given up with it. */
export function duePublications(state: CampaignState): readonly Publication[] {
  return openPublications(state).filter(({ notBeforeMs }) => notBeforeMs <= state.nowMs);
}

export function openPublications(state: CampaignState): readonly Publication[] {
  return state.publications.filter(({ task }) => taskState(state, task).life.is !== 'ended');
}

export function applyPublishReport(plan: Plan, state: CampaignState, report: PublishReport): CampaignState {
  const isOut = state.publishing?.order === report.order;
  // Of an order that was reported before, or lost, only what was merged is news.
  const news = report.publications.filter(({ outcome }) => isOut || outcome === 'merged');
  const settled = news.reduce((so, facts) => settle(plan, so, facts), state);
  return isOut ? { ...settled, publishing: null } : settled;
}

/** The executor is gone and has not reported: what it merged is on the branch, and found there by the next order. */
export function applyPublishLost(state: CampaignState): CampaignState {
  const keys = state.publishing?.keys ?? [];
  const publications = state.publications.map((each) =>
    keys.includes(each.key) ? { ...each, tries: each.tries + 1 } : each,
  );
  return { ...state, publications, publishing: null };
}

function settle(plan: Plan, state: CampaignState, facts: PublishFacts): CampaignState {
  const publication = state.publications.find(({ key }) => key === facts.key);
  if (publication === undefined) return state;
  const taken = { ...state, publications: state.publications.filter(({ key }) => key !== facts.key) };
  switch (facts.outcome) {
    case 'merged':
      return applyPublished(plan, taken, publication);
    case 'conflict':
    case 'rejected':
      return tellTask(
        taken,
        publication.task,
        `${nameOf(publication)} could not be published: ${facts.message}`,
      );
    case 'failed':
      return publishLater(taken, publication, facts);
  }
}

function publishLater(state: CampaignState, publication: Publication, facts: PublishFacts): CampaignState {
  const tries = publication.tries + 1;
  if (tries >= MOST_TRANSIENTS) {
    const description = `${MOST_TRANSIENTS} times in a row ${nameOf(publication)} could not be published: ${facts.message}. It is published with the task's merge at the latest.`;
    return raiseBlocker(state, {
      task: publication.task,
      severity: 'high',
      description,
      about: { is: 'message' },
    });
  }
  const notBeforeMs = state.nowMs + PUBLISH_REST_MS * 2 ** Math.min(tries - 1, 6);
  return { ...state, publications: [...state.publications, { ...publication, tries, notBeforeMs }] };
}

function nameOf({ what, name }: Publication): string {
  return what === 'draft' ? 'the draft' : `the contract ${name}`;
}

function applyPublished(plan: Plan, state: CampaignState, publication: Publication): CampaignState {
  return publication.what === 'draft'
    ? draftPublished(plan, state, publication)
    : contractPublished(plan, state, publication);
}

function draftPublished(plan: Plan, state: CampaignState, publication: Publication): CampaignState {
  const { task } = publication;
  const drafted = withTask(state, task, { ...taskState(state, task), drafted: true });
  const readers = joinsOfTask(plan, task)
    .filter(({ asks }) => asks === 'drafted')
    .flatMap(({ id }) => tasksAfter(plan, id));
  const news = { contract: null, text: sayPublished(publication) };
  return readers.reduce((so, reader) => tell({ plan, state: so, id: reader }, news), drafted);
}

function contractPublished(plan: Plan, state: CampaignState, publication: Publication): CampaignState {
  const { task, name, version, commit } = publication;
  const author = taskState(state, task);
  const isNew = !author.published.includes(name);
  const published = isNew ? [...author.published, name] : author.published;
  const { count = 0, refused = 0 } = state.contracts[name] ?? {};
  const contract = { version, commit, count: count + 1, refused, news: null };
  const known = { ...state, contracts: { ...state.contracts, [name]: contract } };
  const offered = withTask(known, task, { ...author, published });
  return offer(plan, offered, { name, news: sayPublished(publication) });
}
