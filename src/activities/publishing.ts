/**
 * How an agent's words to publish something reach the campaign: its files are committed, then the campaign is told.
 * Said on a line by those whose program speaks so, or by any agent in `.longhaul/contract.json` and `.longhaul/draft.json`.
 */
import type { PublishSaid } from '../agents/adapter.js';
import { readPublish } from '../agents/publish-report.js';
import type { PublishRequest } from '../core/publication.js';
import type { CampaignLink } from './deps.js';
import { snapshotAt } from './checkpoint.js';
import { openCampaign } from './mirror.js';
import { commitPublished, UnpublishableError } from './published.js';
import { findSaidFile } from './said-file.js';
import { shortHash, type Turn } from './turn-files.js';

export interface Unpublished {
  readonly said: PublishSaid;
  /** Where it was said: of a file, when it was written; else, the how manieth of its start of the agent. */
  readonly place: string;
  /** Why it can't be published, where that shows already. */
  readonly problem?: string;
  /** Where it stands, with its content; left out where it was said on a line. */
  readonly file?: string;
  /** Once the campaign has it: with what is wrong with it, or null. */
  readonly consume: (problem: string | null) => void;
}

/** What of a turn counts here. */
export interface Publisher extends Pick<Turn, 'brief' | 'task' | 'order' | 'session' | 'before'> {
  readonly deps: Pick<Turn['deps'], 'home'> & { readonly campaigns: Pick<CampaignLink, 'publish'> };
}

/** While the agent runs, what is no JSON is still being written: found again with the next look. */
export function findPublishFiles(turn: Turn, agentRuns: boolean): readonly Unpublished[] {
  return (['contract', 'draft'] as const).flatMap((what): Unpublished[] => {
    const found = findSaidFile(turn, what, { agentRuns, kept: 'published' });
    if (found === null) return [];
    const { value, file, writtenAtMs, consume } = found;
    const said = { said: readPublish(what, value), place: String(writtenAtMs), file, consume };
    return [value === undefined ? { ...said, problem: `.longhaul/${what}.json is no JSON` } : said];
  });
}

/** What could not be delivered stays in the list. */
export async function deliverPublications(unpublished: Unpublished[], turn: Publisher): Promise<void> {
  const { task, gen } = turn.order;
  for (const each of [...unpublished]) {
    const request =
      each.problem === undefined
        ? await makeRequest(turn, each.said)
        : { ...each.said, commit: null, problem: each.problem };
    await turn.deps.campaigns.publish(turn.brief.campaign, { key: keyOf(each, turn), task, gen, request });
    each.consume(request.problem);
    unpublished.splice(unpublished.indexOf(each), 1);
  }
}

/** Of the saying alone: whoever hears it again, after a crash, finds other files in the worktree. */
function keyOf({ said, place, file }: Unpublished, { order, session, before }: Publisher): string {
  const { eventsFrom = 0, saidFrom = 0 } = session.start ?? before.start ?? {};
  const where = file ?? `${order.gen} ${eventsFrom} ${saidFrom}`;
  return `publish/${order.task}/${shortHash(JSON.stringify([said, where, place]))}`;
}

async function makeRequest(turn: Publisher, said: PublishSaid): Promise<PublishRequest> {
  if (said.files.length === 0) {
    // A draft may be words alone; a contract is files.
    const problem = said.what === 'draft' ? null : `the contract "${said.name}" names no "files"`;
    return { ...said, commit: null, problem };
  }
  try {
    const mirror = await openCampaign(turn.deps.home, turn.brief);
    const { brief, task } = turn;
    const place = snapshotAt({ home: turn.deps.home, brief, task }, mirror);
    const commit = await commitPublished({ brief, task, place, files: said.files });
    return { ...said, commit, problem: null };
  } catch (error) {
    if (!(error instanceof UnpublishableError)) throw error;
    return { ...said, commit: null, problem: error.message };
  }
}
