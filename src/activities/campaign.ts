/** What the campaign itself asks of the world: who is there, the report's files, and telling people. */
import { appendFile, mkdir } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { campaignPaths } from '../core/home.js';
import type { Activities } from '../core/ports.js';
import { renderReportHtml } from '../report/html.js';
import { renderReportJson } from '../report/json.js';
import { renderReportMarkdown } from '../report/markdown.js';
import type { ActivityDeps } from './deps.js';
import { learn } from './learn.js';

type CampaignActivities = Pick<Activities, 'describeTasks' | 'lookForCampaign' | 'writeReport' | 'notify'>;

export function createCampaignActivities({ home, campaigns }: ActivityDeps): CampaignActivities {
  return {
    async describeTasks({ tasks }) {
      const open = await campaigns.openWorkflows(tasks);
      return { gone: tasks.filter((id) => !open.includes(id)) };
    },

    async lookForCampaign({ campaign }) {
      return { open: (await campaigns.openWorkflows([campaign])).length > 0 };
    },

    async writeReport({ campaign, report }) {
      const paths = campaignPaths(home, campaign);
      await mkdir(paths.folder, { recursive: true });
      await writeFileAtomic(paths.reportMarkdown, renderReportMarkdown(report));
      await writeFileAtomic(paths.reportHtml, renderReportHtml(report));
      await learn(home, campaign, report);
      // Last, since readers take its presence for the end of the campaign.
      await writeFileAtomic(paths.reportJson, `${JSON.stringify(renderReportJson(report), null, 2)}\n`);
    },

    /** Until notifications go further: a line in the campaign's folder, which people can tail. */
    async notify({ campaign, text }) {
      const { folder } = campaignPaths(home, campaign);
      await mkdir(folder, { recursive: true });
      await appendFile(`${folder}/notifications.log`, `${new Date().toISOString()} ${text}\n`);
    },
  };
}
