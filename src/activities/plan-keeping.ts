/** Makes the campaign's folder say what the campaign goes by, after its plan was changed. */
import { mkdir, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { briefFiles, campaignPaths, type HomePaths } from '../core/home.js';
import { joinValue } from '../core/parts.js';
import type { Activities, KeepPlanInput } from '../core/ports.js';
import type { Plan } from '../core/plan.js';
import type { ActivityDeps } from './deps.js';
import { withHostLock } from './host-lock.js';

/** Its revision is in the same file, so that the two are never at odds; the client that starts a campaign writes none. */
type KeptPlan = Plan & { readonly revision?: number };

export function createPlanKeeping({ home }: Pick<ActivityDeps, 'home'>): Pick<Activities, 'keepPlan'> {
  return {
    async keepPlan(...parts) {
      const input = joinValue(parts);
      const { folder, plan } = campaignPaths(home, input.campaign);
      await mkdir(folder, { recursive: true });
      await withHostLock(plan, () => keep(home, input));
    },
  };
}

async function keep(home: HomePaths, { campaign, plan, revision }: KeepPlanInput): Promise<void> {
  const paths = campaignPaths(home, campaign);
  // A try that failed, or is slow, may come after a newer plan.
  if ((await keptRevision(paths.plan)) > revision) return;
  const files = briefFiles(home, campaign, plan.briefDigest);
  await copyOver(files.spec, paths.spec);
  await copyOver(files.schedule, paths.schedule);
  await copyOver(files.brief, paths.brief);
  const kept: KeptPlan = { revision, ...plan };
  // Last: who looks whether the change is there looks for this one.
  await writeFileAtomic(paths.plan, `${JSON.stringify(kept, null, 2)}\n`);
}

async function keptRevision(file: string): Promise<number> {
  const text = await unlessMissing(readFile(file, 'utf8'));
  return text === null ? 0 : ((JSON.parse(text) as KeptPlan).revision ?? 0);
}

/** Not every change has all: the spec stays as it is where another than a person with a file changed the plan. */
async function copyOver(from: string, to: string): Promise<void> {
  const bytes = await unlessMissing(readFile(from));
  if (bytes !== null) await writeFileAtomic(to, bytes);
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
