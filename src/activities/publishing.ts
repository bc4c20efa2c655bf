/**
 * How an agent's words to publish something reach the campaign: its files are committed, then the campaign is told.
 * Said on a line by those whose program speaks so, or by any agent in `.longhaul/contract.json` and `.longhaul/draft.json`.
 */
import { rmSync, writeFileSync } from 'node:fs';
import type { PublishSaid } from '../agents/adapter.js';
import { readPublish } from '../agents/publish-report.js';
import type { PublishRequest } from '../core/publication.js';
import { readAgentFile } from './agent-file.js';
import { snapshotAt } from './checkpoint.js';
import { openCampaign } from './mirror.js';
import { commitPublished, UnpublishableError } from './published.js';
import { shortHash, type Turn } from './turn-files.js';

export interface Unpublished {
  readonly said: PublishSaid;
  /** Why it can't be published, where that shows already. */
  readonly problem?: string;
  /** Where it stands, with its content; left out where it was said on a line. */
  readonly file?: string;
  /** Once the campaign has it. */
  consume(): void;
}

/** While the agent runs, what is no JSON is still being written: found again with the next look. */
export function findPublishFiles(turn: Turn, agentRuns: boolean): readonly Unpublished[] {
  return (['contract', 'draft'] as const).flatMap((what): Unpublished[] => {
    const path = `${turn.worktree}/.longhaul/${what}.json`;
    const text = readText(path);
    const value = text === null ? undefined : parse(text);
    if (text === null || (value === undefined && agentRuns)) return [];
    const hash = shortHash(text);
    const found = {
      said: readPublish(what, value),
      file: `${path} ${hash}`,
      consume: () => consume(turn, path, hash),
    };
    return [value === undefined ? { ...found, problem: `.longhaul/${what}.json is no JSON` } : found];
  });
}

/** The agent may have written the next one in the meantime. */
function consume(turn: Turn, path: string, hash: string): void {
  const text = readText(path);
  if (text === null || shortHash(text) !== hash) return;
  writeFileSync(turn.files.blocker.replace(/blocker\.json$/, `published-${hash}.json`), text);
  rmSync(path, { recursive: true, force: true });
}

const MOST_BYTES = 64 * 1024;

/** Where it can't be read it is no JSON, which the agent is told. */
function readText(path: string): string | null {
  const found = readAgentFile(path, MOST_BYTES);
  if (found === null) return null;
  return 'text' in found ? found.text : found.unreadable;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What could not be delivered stays in the list. */
export async function deliverPublications(unpublished: Unpublished[], turn: Turn): Promise<void> {
  const { task, gen } = turn.order;
  for (const each of [...unpublished]) {
    const request =
      each.problem === undefined
        ? await makeRequest(turn, each.said)
        : { ...each.said, commit: null, problem: each.problem };
    const key = `publish/${task}/${gen}/${shortHash(JSON.stringify(request))}`;
    await turn.deps.campaigns.publish(turn.brief.campaign, { key, task, gen, request });
    each.consume();
    unpublished.splice(unpublished.indexOf(each), 1);
  }
}

async function makeRequest(turn: Turn, said: PublishSaid): Promise<PublishRequest> {
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
