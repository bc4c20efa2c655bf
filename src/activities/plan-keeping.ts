/** Makes the campaign's folder say what the campaign goes by, after its plan was changed. */
import { mkdir, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { briefFiles, campaignPaths } from '../core/home.js';
import { joinValue } from '../core/parts.js';
import type { Activities } from '../core/ports.js';
import type { ActivityDeps } from './deps.js';

export function createPlanKeeping({ home }: Pick<ActivityDeps, 'home'>): Pick<Activities, 'keepPlan'> {
  return {
    async keepPlan(...parts) {
      const { campaign, plan } = joinValue(parts);
      const paths = campaignPaths(home, campaign);
      const files = briefFiles(home, campaign, plan.briefDigest);
      await mkdir(paths.folder, { recursive: true });
      await copyOver(files.spec, paths.spec);
      await copyOver(files.schedule, paths.schedule);
      await copyOver(files.brief, paths.brief);
      // Last: who looks whether the change is there looks for this one.
      await writeFileAtomic(paths.plan, `${JSON.stringify(plan, null, 2)}\n`);
    },
  };
}

/** Not every change has all: the spec stays as it is where another than a person with a file changed the plan. */
async function copyOver(from: string, to: string): Promise<void> {
  try {
    await writeFileAtomic(to, await readFile(from));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
