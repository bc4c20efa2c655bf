/** Keeps what a campaign's tasks took, for the estimates of later ones on the same repository. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { CampaignBrief } from '../core/brief.js';
import { campaignPaths, learntFile, type HomePaths } from '../core/home.js';
import { addLearnt, learnFrom, type Learnt } from '../core/learnt.js';
import type { ReportData } from '../core/status.js';

/** Nothing is learnt from a campaign without its brief. */
export async function learn(home: HomePaths, campaign: string, report: ReportData): Promise<void> {
  const brief = await readJson<CampaignBrief>(campaignPaths(home, campaign).brief);
  if (brief === null) return;
  const tasks = learnFrom(report, brief);
  if (tasks.length === 0) return;
  const file = learntFile(home, brief.repository.location);
  const before = await readJson<Learnt>(file);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(addLearnt(before, campaign, tasks))}\n`);
}

/** What can't be read is as good as not there: it is only about estimates. */
async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return null;
  }
}
