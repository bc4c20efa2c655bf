/** The lists of which rounds are made, as the agent that hands them on is told. */
import type { CampaignBrief, Feed, TaskBrief } from '../core/brief.js';

/** The lists that it hands on, one sentence each. */
export function feedLines({ tasks }: CampaignBrief, { feeds }: TaskBrief): readonly string[] {
  return feeds.map((feed) => feedLine(feed, tasks[feed.template]));
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
