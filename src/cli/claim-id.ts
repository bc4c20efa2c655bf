/** Which id a campaign gets, and its folder: an id that was used before is never used again. */
import { existsSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBrief, writeArtifacts, type CampaignArtifacts } from '../client/campaign-folder.js';
import type { LonghaulClient } from '../client/longhaul-client.js';
import { campaignPaths, type HomePaths } from '../core/home.js';
import { preferBest } from '../core/plan-improve.js';
import type { Plan } from '../core/plan.js';
import { idsFrom } from './free-id.js';
import type { LoadedCampaign } from './load-campaign.js';
import { printWarning } from './output.js';

export interface Claimed {
  readonly id: string;
  readonly how: 'started' | 'attached';
  readonly artifacts: CampaignArtifacts;
}

/**
 * Starts the campaign, or attaches where just this one runs under its id. An ended id gets `-2`, `-3`, …
 * Throws a ProblemError where another campaign lives under the id.
 */
export async function startCampaign(
  home: HomePaths,
  client: LonghaulClient,
  { wished, loaded }: { readonly wished: string; readonly loaded: LoadedCampaign },
): Promise<Claimed> {
  for (const id of idsFrom(wished)) {
    if (existsSync(campaignPaths(home, id).reportJson)) continue;
    const { is, briefDigest = '' } = await client.lookUp(id);
    if (is === 'open') return attach(home, client, { id, loaded, briefDigest });
    const paths = campaignPaths(home, id);
    // A server that forgot it does not make its id a new one.
    if (is === 'ended' || existsSync(paths.snapshot)) continue;
    const other = (await claimFolder(home, id)) ? null : await comesToLife(client, id);
    if (other !== null) return attach(home, client, { id, loaded, briefDigest: other });
    return begin(home, client, { id, loaded });
  }
  throw new Error(`no free id for ${wished}: this is a bug`);
}

interface Candidate {
  readonly id: string;
  readonly loaded: LoadedCampaign;
}

async function begin(home: HomePaths, client: LonghaulClient, { id, loaded }: Candidate): Promise<Claimed> {
  const artifacts = await compileOrFree(home, { id, loaded });
  await writeArtifacts(home, id, artifacts);
  return { id, how: await startOn(client, id, artifacts), artifacts };
}

/** What is refused keeps no folder: the next `run` would take it for a campaign that is just being started. */
async function compileOrFree(home: HomePaths, { id, loaded }: Candidate): Promise<CampaignArtifacts> {
  try {
    return compileBest(loaded, { campaign: id, createdAt: new Date().toISOString(), repository: null });
  } catch (error) {
    // Why it is refused counts, and not why its folder can't be removed: something may be in it by now.
    await rmdir(campaignPaths(home, id).folder).catch(() => undefined);
    throw error;
  }
}

/** The same file with the same circumstances makes the same brief: only then it is the same campaign. */
async function attach(
  home: HomePaths,
  client: LonghaulClient,
  { id, loaded, briefDigest }: Candidate & { readonly briefDigest: string },
): Promise<Claimed> {
  const brief = await readBrief(home, id, briefDigest);
  const artifacts = compileBest(loaded, {
    campaign: id,
    createdAt: brief?.createdAt ?? '',
    repository: brief?.repository ?? null,
    earlier: brief,
  });
  return { id, how: await startOn(client, id, artifacts), artifacts };
}

/** The plan of a run knows nothing of tasks that are to be made; it is improved as if those that are expected were there. */
export function compileBest(
  loaded: Pick<LoadedCampaign, 'compileAs'>,
  identity: Parameters<LoadedCampaign['compileAs']>[0],
): CampaignArtifacts {
  return preferred(loaded.compileAs(identity), (plan) => {
    const hasRounds = plan.tasks.some(({ round }) => round !== null);
    return preferBest(plan, hasRounds ? loaded.compileAs({ ...identity, assume: true }).plan : plan);
  });
}

/**
 * The run goes by the improved plan, as `longhaul plan` shows it. Any plan can be run without: a search that fails is a
 * bug of ours, and no reason to start nothing.
 */
export function preferred<Some extends CampaignArtifacts>(
  { plan, ...artifacts }: Some,
  improve: (plan: Plan) => Plan = preferBest,
): Omit<Some, 'plan'> & { readonly plan: Plan } {
  try {
    return { ...artifacts, plan: improve(plan) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    printWarning(
      `the search for a shorter schedule failed, so tasks start in the order of one pass; this is a bug of Longhaul: ${why}`,
    );
    return { ...artifacts, plan };
  }
}

function startOn(
  client: LonghaulClient,
  id: string,
  { plan, brief }: CampaignArtifacts,
): Promise<'started' | 'attached'> {
  return client.start({ id, name: brief.name, goal: brief.goal, plan });
}

/** False where the folder is there: another `run` is just starting it, or was killed before it did. */
async function claimFolder(home: HomePaths, id: string): Promise<boolean> {
  await mkdir(home.campaigns, { recursive: true });
  try {
    await mkdir(campaignPaths(home, id).folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The digest of its brief, once it runs; null where it does not begin to. */
async function comesToLife(client: LonghaulClient, id: string): Promise<string | null> {
  for (let second = 0; second < 5; second++) {
    const occupant = await client.lookUp(id);
    if (occupant.is === 'open') return occupant.briefDigest;
    await sleep(1_000);
  }
  return null;
}
