import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { CampaignBrief, TaskBrief } from '../core/brief.js';
import { campaignPaths, type HomePaths } from '../core/home.js';
import type { ReadBrief } from './deps.js';

/** Reads `campaigns/<id>/brief.json` once per digest. A brief that is not the campaign's own is never worked from. */
export function createBriefReader(home: HomePaths): ReadBrief {
  const known = new Map<string, CampaignBrief>();
  return async (campaign, digest) => {
    const key = `${campaign} ${digest}`;
    const brief = known.get(key) ?? (await readBrief(campaignPaths(home, campaign).brief, campaign, digest));
    known.set(key, brief);
    return brief;
  };
}

async function readBrief(file: string, campaign: string, digest: string): Promise<CampaignBrief> {
  const text = await readFile(file, 'utf8');
  const found = createHash('sha256').update(text).digest('hex');
  if (found !== digest) {
    throw ApplicationFailure.nonRetryable(
      `${file} is not the brief that campaign ${campaign} was started with: expected sha256 ${digest.slice(0, 12)}…, found ${found.slice(0, 12)}…; put the original file back, or cancel the campaign`,
      'brief/other-digest',
    );
  }
  return JSON.parse(text) as CampaignBrief;
}

export function taskOf(brief: CampaignBrief, id: string): TaskBrief {
  const task = brief.tasks[id];
  if (task === undefined) throw new Error(`campaign ${brief.campaign} has no task ${id} in its brief`);
  return task;
}
