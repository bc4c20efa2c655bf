/** What a task's agent may add to the campaign: the list that rounds are made of, and tasks that it proposes. */
import type { CampaignBrief, Feed, TaskBrief } from '../core/brief.js';
import { MOST_TASKS_AT_ONCE } from '../core/addition-request.js';
import { NOT_FOR_AGENTS } from '../core/proposal.js';

/** The lists that it hands on, one sentence each. */
export function feedsText({ tasks }: CampaignBrief, { feeds }: TaskBrief): string {
  if (feeds.length === 0) return '';
  const lines = feeds.map((feed) => `- ${feedLine(feed, tasks[feed.template])}`);
  const intro =
    'Your output is a list that others work off: it goes into your result, or as JSON into the file `.longhaul/output.json`. It is checked when you stop.';
  return `## What you hand on\n\n${intro}\n\n${lines.join('\n')}`;
}

function feedLine({ at, max, paths, template }: Feed, made: TaskBrief | undefined): string {
  const where = at === '' ? 'The output itself is the list' : `The list stands at \`${at}\` of the output`;
  const inner = paths.filter((path) => path !== '');
  const entry =
    inner.length === 0
      ? 'an entry is a text, a number or an object'
      : `an entry is an object with ${inner.map((path) => `\`${path}\``).join(', ')}`;
  const title = made === undefined ? '' : ` (${made.title})`;
  return (
    `${where}, with at most ${max} entries: each becomes a task of ${template}${title}. ${sentence(entry)}; an object may ` +
    'have an `id` (letters, digits, "-" and "_"), by which its task is called. Where there is nothing to do, it is empty.'
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const FORM =
  '{"why": "…", "tasks": [{"id": "…", "title": "…", "prompt": "…", "owns": ["src/…/**"], "needs": ["…"]}]}';

/** Empty where nothing may be proposed. */
export function proposalRule({ proposals }: CampaignBrief): readonly string[] {
  if (proposals === 'refuse') return [];
  const then = proposals === 'accept' ? 'They are added' : 'A person decides about them';
  return [
    'Work that turns out to be needed and is not yours can become tasks of their own: write `.longhaul/propose.json` with ' +
      `\`${FORM}\`, at most ${MOST_TASKS_AT_ONCE}, each written as in a campaign file, without ${NOT_FOR_AGENTS.map((key) => `\`${key}\``).join(', ')}; it vanishes. ${then}, and you go on with your own task.`,
  ];
}
