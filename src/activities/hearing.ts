/** What an agent has said so far in one start, and what of it the campaign still has to be told. */
import {
  hear,
  isTerminal,
  NOTHING_HEARD,
  type Adapter,
  type AgentEvent,
  type Heard,
} from '../agents/adapter.js';
import { countOf } from '../core/count.js';
import type { BlockerReport } from '../core/turn.js';
import { findBlockerFile } from './blocker-file.js';
import type { Inbox } from './inbox.js';
import {
  answerLocks,
  deliverLocks,
  lookForLocks,
  newLockTalk,
  noteLock,
  type LockSaid,
  type LockTalk,
} from './locking.js';
import { deliverProposals, findProposal, type Unproposed } from './proposing.js';
import { deliverPublications, findPublishFiles, type Unpublished } from './publishing.js';
import { shortHash, type Turn } from './turn-files.js';

export interface Hearing {
  heard: Heard;
  /** Said all that it has to say. */
  told: boolean;
  /** Blockers without `wait` that the campaign was not told yet. */
  readonly undelivered: BlockerReport[];
  /** What it published that the campaign was not told yet. */
  readonly unpublished: Unpublished[];
  /** How often it published something: on lines, and by its tools. */
  readonly published: { line: number; tool: number };
  /** Tasks that it proposed and the campaign was not told yet. */
  readonly unproposed: Unproposed[];
  readonly locks: LockTalk;
  /** Answers that its tools have not read yet. */
  readonly inbox: Inbox;
}

export function newHearing(): Hearing {
  return {
    heard: NOTHING_HEARD,
    told: false,
    undelivered: [],
    unpublished: [],
    published: { line: 0, tool: 0 },
    unproposed: [],
    locks: newLockTalk(),
    inbox: [],
  };
}

export function hearLine(hearing: Hearing, adapter: Adapter, line: string): void {
  for (const event of adapter.parse(line, hearing.heard)) hearEvent(hearing, event, { by: 'line' });
}

/** By a tool. `onPublished` is called once the campaign knows what was published, or why it can't be. */
export function hearEvents(
  hearing: Hearing,
  events: readonly AgentEvent[],
  onPublished: (problem: string | null) => void = () => undefined,
): void {
  for (const event of events) hearEvent(hearing, event, { by: 'tool', onPublished });
}

function hearEvent(
  hearing: Hearing,
  event: AgentEvent,
  {
    by,
    onPublished = () => undefined,
  }: { readonly by: 'line' | 'tool'; readonly onPublished?: (problem: string | null) => void },
): void {
  hearing.heard = hear(hearing.heard, event);
  hearing.told ||= isTerminal(event);
  if (event.is === 'blocker' && !event.report.wait) hearing.undelivered.push(event.report);
  if (event.is === 'lock' || event.is === 'release') noteUnlessEnding(hearing, event);
  if (event.is === 'propose') hearing.unproposed.push({ proposal: event.proposal, consume: () => undefined });
  if (event.is !== 'publish') return;
  hearing.published[by] += 1;
  const place = `${by} ${hearing.published[by]}`;
  hearing.unpublished.push({ said: event.said, place, consume: onPublished });
}

/** The request that ends its turn is told with the turn's facts. */
function noteUnlessEnding({ locks }: Hearing, said: LockSaid): void {
  if (said.is === 'release' || said.request.wait !== 'end') noteLock(locks, said);
}

/** A blocker with `wait` stays where it is until the turn's facts are written; all else is sent on. */
export function lookForFiles(hearing: Hearing, turn: Turn, agentRuns: boolean): void {
  for (const found of findPublishFiles(turn, agentRuns)) {
    if (!hearing.unpublished.some(({ file }) => file === found.file)) hearing.unpublished.push(found);
  }
  const proposed = findProposal(turn, agentRuns);
  if (proposed !== null && !hearing.unproposed.some(({ file }) => file === proposed.file))
    hearing.unproposed.push(proposed);
  if (lookForLocks(hearing.locks, turn, agentRuns)) hearing.told = true;
  const file = findBlockerFile(turn.worktree, { artifact: turn.files.blocker, agentRuns: true });
  if (file === null) return;
  if (file.report.wait) {
    hearing.told = true;
  } else {
    hearing.undelivered.push(file.report);
    file.consume();
  }
}

/** May be tried again until all is delivered; the keys make the second time a repetition of the first. */
export async function deliverSaid(hearing: Hearing, turn: Turn): Promise<void> {
  try {
    await deliverBlockers(hearing, turn);
    await deliverPublications(hearing.unpublished, turn);
    await deliverProposals(hearing.unproposed, turn);
    await deliverLocks(hearing.locks, turn);
    await answerLocks({ talk: hearing.locks, inbox: hearing.inbox }, turn);
  } catch {
    // The campaign can't be reached just now.
  }
}

export function isAllTold({ undelivered, unpublished, unproposed, locks }: Hearing): boolean {
  return [undelivered, unpublished, unproposed, locks.untold].every((each) => each.length === 0);
}

/** What could not be delivered, for people. */
export function sayUndelivered({ undelivered, unpublished, unproposed }: Hearing): readonly string[] {
  return [
    ...undelivered.map(({ description }) => description),
    ...unpublished.map(({ said }) => `published ${said.what} ${said.name} ${said.files.join(' ')}`),
    ...unproposed.map(
      ({ proposal }) => `proposed ${countOf(proposal.tasks.length, 'task')}: ${proposal.why}`,
    ),
  ];
}

async function deliverBlockers({ undelivered }: Hearing, turn: Turn): Promise<void> {
  const { task, gen } = turn.order;
  for (const report of [...undelivered]) {
    const key = `${task}/${gen}/${shortHash(report.description)}`;
    await turn.deps.campaigns.reportBlocker(turn.brief.campaign, { key, task, gen, report });
    undelivered.splice(undelivered.indexOf(report), 1);
  }
}
