import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { briefFiles, campaignPaths, type HomePaths } from '../core/home.js';
import type { ReadBrief } from './deps.js';
import { lasting } from './lasting.js';

/**
 * Reads a brief once: `campaigns/<id>/briefs/<digest>.json`, as an order may be older than the newest one, else `brief.json`. A brief
 * that is not the campaign's own is never worked from.
 */
export function createBriefReader(home: HomePaths): ReadBrief {
  const known = new Map<string, CampaignBrief>();
  return async (campaign, digest) => {
    const key = `${campaign} ${digest}`;
    const brief = known.get(key) ?? (await readBrief(fileOf(home, campaign, digest), campaign, digest));
    known.set(key, brief);
    return brief;
  };
}

function fileOf(home: HomePaths, campaign: string, digest: string): string {
  const { brief } = briefFiles(home, campaign, digest);
  return existsSync(brief) ? brief : campaignPaths(home, campaign).brief;
}

async function readBrief(file: string, campaign: string, digest: string): Promise<CampaignBrief> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw lasting(
      'brief/missing',
      `${file}, the brief of campaign ${campaign}, is not there; put it back and answer, or cancel the campaign`,
    );
  });
  const found = digestOf(text);
  if (found !== digest) {
    throw lasting(
      'brief/other-digest',
      `${file} is not the brief that campaign ${campaign} was started with: expected sha256 ${digest.slice(0, 12)}…, found ${found.slice(0, 12)}…; put the original file back and answer, or cancel the campaign`,
    );
  }
  return JSON.parse(text) as CampaignBrief;
}

export function taskOf(brief: CampaignBrief, id: string): TaskBrief {
  const task = brief.tasks[id];
  if (task === undefined) throw unknownInBrief(brief, `task ${id}`);
  return task;
}

/** The brief is the campaign's own, so another version of Longhaul made it. */
export function unknownInBrief({ campaign }: CampaignBrief, what: string): Error {
  const way = 'Start a worker of the version that made the campaign, then answer.';
  return lasting('brief/other-version', `The brief of campaign ${campaign} has no ${what}. ${way}`);
}

/** As briefs are known by. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
