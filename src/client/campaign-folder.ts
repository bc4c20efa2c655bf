/** What the disk knows of campaigns: artifacts under LONGHAUL_HOME/campaigns, readable without server and worker. */
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import type { CampaignBrief } from '../core/brief.js';
import { compareText } from '../core/compare.js';
import type { CompileSource } from '../core/compile-source.js';
import { briefFiles, campaignPaths, type HomePaths } from '../core/home.js';
import { plannedRuns, withPlan } from '../core/plan-facts.js';
import type { PlannedRun } from '../core/planned.js';
import type { Plan } from '../core/plan.js';
import { simulate } from '../core/simulate.js';
import type { ReportData, Status } from '../core/status.js';

export interface CampaignArtifacts {
  readonly brief: CampaignBrief;
  readonly plan: Plan;
  readonly source: CompileSource;
  /** The spec's text as the user gave it. */
  readonly spec: string;
}

export interface Snapshot {
  readonly status: Status;
  readonly takenAtMs: number;
}

/** Plan and spec first: a folder with a brief is complete. */
export async function writeArtifacts(
  home: HomePaths,
  campaign: string,
  artifacts: CampaignArtifacts,
): Promise<void> {
  const paths = campaignPaths(home, campaign);
  await mkdir(paths.folder, { recursive: true });
  await writeFileAtomic(paths.spec, artifacts.spec);
  await writeFileAtomic(paths.plan, jsonFile(artifacts.plan));
  // By the rules of today: a later Longhaul might plan otherwise, and reality is compared with what was promised.
  await writeFileAtomic(paths.schedule, jsonFile(plannedRuns(simulate(artifacts.plan))));
  await addBrief(home, campaign, artifacts);
  await writeFileAtomic(paths.brief, briefText(artifacts.brief));
}

/**
 * Before the campaign is told of it: what it orders then finds its brief. Once it goes by it, it makes the rest what its
 * folder says (activities/plan-keeping.ts), so that nothing depends on a client that lives until then.
 */
export async function addChange(
  home: HomePaths,
  campaign: string,
  change: CampaignArtifacts & { readonly schedule: readonly PlannedRun[] },
): Promise<void> {
  const files = briefFiles(home, campaign, change.plan.briefDigest);
  await addBrief(home, campaign, change);
  await writeFileAtomic(files.spec, change.spec);
  await writeFileAtomic(files.schedule, jsonFile(change.schedule));
}

/** What the campaign goes by was compiled from it: without it nothing can be added. True = it was missing. */
export async function addMissingSource(
  home: HomePaths,
  campaign: string,
  { plan, source }: Pick<CampaignArtifacts, 'plan' | 'source'>,
): Promise<boolean> {
  const { briefDigest } = plan;
  if ((await readCompileSource(home, campaign, briefDigest)) !== null) return false;
  await mkdir(campaignPaths(home, campaign).briefs, { recursive: true });
  await writeFileAtomic(briefFiles(home, campaign, briefDigest).source, JSON.stringify(source));
  return true;
}

/** Until the campaign has written that it goes by it, or the time is over. */
export async function awaitPlan(
  home: HomePaths,
  campaign: string,
  wanted: { readonly briefDigest: string; readonly deadlineMs: number },
): Promise<void> {
  const endMs = Date.now() + wanted.deadlineMs;
  while (Date.now() < endMs) {
    const plan = await readPlan(home, campaign);
    if (plan?.briefDigest === wanted.briefDigest) return;
    await sleep(100);
  }
}

async function addBrief(
  home: HomePaths,
  campaign: string,
  { brief, plan, source }: Pick<CampaignArtifacts, 'brief' | 'plan' | 'source'>,
): Promise<void> {
  const files = briefFiles(home, campaign, plan.briefDigest);
  await mkdir(campaignPaths(home, campaign).briefs, { recursive: true });
  await writeFileAtomic(files.source, JSON.stringify(source));
  await writeFileAtomic(files.brief, briefText(brief));
}

/** Just as compile wrote it: the plan's digest is of these bytes. */
function briefText(brief: CampaignBrief): string {
  return JSON.stringify(brief);
}

/** The brief with this digest, else (or without one) the newest. */
export async function readBrief(
  home: HomePaths,
  campaign: string,
  digest = '',
): Promise<CampaignBrief | null> {
  return (
    (await readJson<CampaignBrief>(briefFiles(home, campaign, digest).brief)) ??
    (await readJson<CampaignBrief>(campaignPaths(home, campaign).brief))
  );
}

/** What the brief with this digest was compiled from. */
export async function readCompileSource(
  home: HomePaths,
  campaign: string,
  digest: string,
): Promise<CompileSource | null> {
  return readJson<CompileSource>(briefFiles(home, campaign, digest).source);
}

export async function readSchedule(home: HomePaths, campaign: string): Promise<readonly PlannedRun[]> {
  return (await readJson<PlannedRun[]>(campaignPaths(home, campaign).schedule)) ?? [];
}

export async function readPlan(home: HomePaths, campaign: string): Promise<Plan | null> {
  return readJson<Plan>(campaignPaths(home, campaign).plan);
}

/** What only the disk knows of a campaign that still runs: what its plan promised. */
export async function addPlan(home: HomePaths, report: ReportData): Promise<ReportData> {
  const paths = campaignPaths(home, report.status.id);
  const plan = await readJson<Plan>(paths.plan);
  return plan === null ? report : withPlan(report, plan, await readSchedule(home, report.status.id));
}

export async function readReport(home: HomePaths, campaign: string): Promise<ReportData | null> {
  return readJson<ReportData>(campaignPaths(home, campaign).reportJson);
}

export async function writeSnapshot(home: HomePaths, status: Status): Promise<void> {
  const paths = campaignPaths(home, status.id);
  await mkdir(paths.folder, { recursive: true });
  await writeFileAtomic(paths.snapshot, jsonFile(status));
}

export async function readSnapshot(home: HomePaths, campaign: string): Promise<Snapshot | null> {
  const file = campaignPaths(home, campaign).snapshot;
  const status = await readJson<Status>(file);
  if (status === null) return null;
  return { status, takenAtMs: (await stat(file)).mtimeMs };
}

/** The ids of all campaigns that this LONGHAUL_HOME has a folder of. */
export async function listFolders(home: HomePaths): Promise<readonly string[]> {
  const entries = await unlessMissing(readdir(home.campaigns, { withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort(compareText);
}

async function readJson<T>(file: string): Promise<T | null> {
  const text = await unlessMissing(readFile(file, 'utf8'));
  return text === null ? null : (JSON.parse(text) as T);
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
