/** What the campaign itself asks of the world: who is there, the report's files, and telling people. */
import { mkdir, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { campaignPaths, type CampaignPaths } from '../core/home.js';
import { joinValue } from '../core/parts.js';
import { withPlan } from '../core/plan-facts.js';
import type { PlannedRun } from '../core/planned.js';
import type { Plan } from '../core/plan.js';
import type { Activities } from '../core/ports.js';
import type { ReportData } from '../core/status.js';
import { renderReportHtml } from '../report/html.js';
import { renderReportJson } from '../report/json.js';
import { renderReportMarkdown } from '../report/markdown.js';
import type { ActivityDeps } from './deps.js';
import { learn } from './learn.js';

type CampaignActivities = Pick<Activities, 'describeTasks' | 'lookForCampaign' | 'writeReport'>;

export function createCampaignActivities({ home, campaigns }: ActivityDeps): CampaignActivities {
  return {
    async describeTasks({ tasks }) {
      const open = await campaigns.openWorkflows(tasks);
      return { gone: tasks.filter((id) => !open.includes(id)) };
    },

    async lookForCampaign({ campaign }) {
      return { open: (await campaigns.openWorkflows([campaign])).length > 0 };
    },

    async writeReport(...parts) {
      const { campaign, report: ran } = joinValue(parts);
      const paths = campaignPaths(home, campaign);
      const report = await addPlan(paths, ran);
      await mkdir(paths.folder, { recursive: true });
      await writeFileAtomic(paths.reportMarkdown, renderReportMarkdown(report));
      await writeFileAtomic(paths.reportHtml, renderReportHtml(report));
      await learn(home, campaign, report);
      // Last, since readers take its presence for the end of the campaign.
      await writeFileAtomic(paths.reportJson, `${JSON.stringify(renderReportJson(report), null, 2)}\n`);
    },
  };
}

/** A campaign that was started by hand, in the Temporal UI say, has no artifacts: its report knows no plan. */
async function addPlan(paths: CampaignPaths, report: ReportData): Promise<ReportData> {
  const plan = await readJson<Plan>(paths.plan);
  if (plan === null) return report;
  return withPlan(report, plan, (await readJson<PlannedRun[]>(paths.schedule)) ?? []);
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
