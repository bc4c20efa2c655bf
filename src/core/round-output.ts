/** What rounds ask of a task's output: checked when it is verified, and again when their tasks are made of it. */
import { madeTask, type Addition } from './addition.js';
import type { AdditionRequest, RoundSource } from './addition-book.js';
import type { CampaignBrief, Feed } from './brief.js';
import { itemFaults, walk, type RoundItem } from './item-text.js';
import { isName, NAME_LENGTH, suggestName } from './spec-name.js';

/** So many faults tell an agent enough. */
const MOST_FAULTS = 10;

/**
 * For the task's agent, a sentence each; none where all is well, and where no round asks for anything.
 * `output` is the JSON that it handed on; null = nothing.
 */
export function outputFaults(brief: CampaignBrief, task: string, output: string | null): readonly string[] {
  const feeds = brief.tasks[task]?.feeds ?? [];
  const faults = feeds.flatMap((feed) => {
    const source: RoundSource = { task, prefix: prefixOf(brief, task, feed.template) };
    const read = readItems(brief, { feed, source, output });
    return [...read.faults, ...roomFault(brief, feed, read.items.length)];
  });
  return faults.slice(0, MOST_FAULTS);
}

/** Of a round over a round, each made task's list has its own keys. */
export function prefixOf(brief: CampaignBrief, task: string, template: string): string {
  const from = brief.tasks[template]?.roundOver ?? task;
  return from === task ? '' : task.slice(from.length + 1);
}

/** More than may come in all can't be mended later by the agent. */
function roomFault(
  { additions, mostAdded }: CampaignBrief,
  { template }: Feed,
  items: number,
): readonly string[] {
  const others = additions.filter(({ by, task }) => by !== 'round' || task !== template);
  const room = mostAdded - others.reduce((sum, one) => sum + one.tasks.length + one.items.length, 0);
  return items <= room
    ? []
    : [
        `The list for ${template} has ${items} entries, and only ${Math.max(0, room)} tasks may still come in this campaign.`,
      ];
}

interface Items {
  readonly items: readonly RoundItem[];
  readonly faults: readonly string[];
}

interface Reading {
  readonly feed: Feed;
  readonly source: RoundSource;
  readonly output: string | null;
}

function readItems(brief: CampaignBrief, { feed, source, output }: Reading): Items {
  const { template, at, max } = feed;
  const where = at === '' ? 'The output' : `"${at}" of the output`;
  const nothing = (fault: string): Items => ({ items: [], faults: [fault] });
  if (output === null)
    return nothing(
      `No output was handed on: ${where.toLowerCase()} must be a list, of which the tasks of ${template} are made.`,
    );
  const list = walk(parse(output), at);
  if (!Array.isArray(list))
    return nothing(
      `${where} must be a list, of which the tasks of ${template} are made, not ${sayKind(list)}.`,
    );
  if (list.length > max)
    return nothing(
      `${where} is a list of ${list.length} entries, and at most ${max} are taken for ${template}. Keep the most important ones, or put several into one.`,
    );
  const items = list.map((item: unknown, index): RoundItem => ({ key: keyOf(item, index, source), item }));
  const faults = items.flatMap(({ item, key }, index) => entryFaults({ item, key }, { index, feed }));
  return { items, faults: [...faults, ...nameFaults(brief, items, { feed, source })] };
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output) as unknown;
  } catch {
    return undefined;
  }
}

function sayKind(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Its own `id`, as far as a task can be called so; else its number. */
function keyOf(item: unknown, index: number, { prefix }: RoundSource): string {
  const id = walk(item, 'id');
  const own =
    typeof id === 'string' || typeof id === 'number' ? (suggestName(String(id)) ?? '') : String(index + 1);
  return prefix === '' ? own : `${prefix}-${own}`;
}

function entryFaults(
  { item, key }: RoundItem,
  { index, feed }: { readonly index: number; readonly feed: Feed },
): readonly string[] {
  const name = `Entry ${index + 1} of the list for ${feed.template}`;
  if (Array.isArray(item) || !['string', 'number', 'object'].includes(typeof item) || item === null)
    return [
      `${name} must be a text, a number or an object, not ${Array.isArray(item) ? 'a list' : sayKind(item)}.`,
    ];
  const id = madeTask(feed.template, key);
  const isCalled = isName(id) && key !== '' && !key.endsWith('-');
  return [
    ...(isCalled
      ? []
      : [
          `${name} has an id that no task can have: letters, digits, "-" and "_", at most ${NAME_LENGTH - feed.template.length - 1}.`,
        ]),
    ...itemFaults(item, feed).map((fault) => `${name} ${fault}.`),
  ];
}

/** Ignoring case, as ids of tasks are compared. */
function nameFaults(
  brief: CampaignBrief,
  items: readonly RoundItem[],
  { feed: { template }, source }: Pick<Reading, 'feed' | 'source'>,
): readonly string[] {
  const mine = new Set(
    brief.additions.flatMap((one) =>
      one.by === 'round' && one.task === template ? one.items.map(({ key }) => madeTask(template, key)) : [],
    ),
  );
  const taken = new Set(
    Object.values(brief.tasks)
      .filter(({ id, gone = false }) => !gone && !mine.has(id))
      .map(({ id }) => id.toLowerCase()),
  );
  const seen = new Map<string, number>();
  return items.flatMap(({ key }, index): readonly string[] => {
    const id = madeTask(template, key).toLowerCase();
    const first = seen.get(id);
    seen.set(id, first ?? index);
    const own = source.prefix === '' ? key : key.slice(source.prefix.length + 1);
    if (first !== undefined)
      return [`Entries ${first + 1} and ${index + 1} of the list for ${template} have the same id "${own}".`];
    return taken.has(id)
      ? [
          `Entry ${index + 1} of the list for ${template} has the id "${own}", but the campaign has a task ${madeTask(template, key)} already.`,
        ]
      : [];
  });
}

/** The addition that a round's request comes to; `outputOf` tells what a task handed on. */
export function roundAddition(
  brief: CampaignBrief,
  request: AdditionRequest,
  outputOf: (task: string) => string | null,
): { readonly addition: Addition | null; readonly problems: readonly string[] } {
  const template = request.task ?? '';
  const items: RoundItem[] = [];
  const problems: string[] = [];
  for (const source of request.sources) {
    const feed = brief.tasks[source.task]?.feeds.find((one) => one.template === template);
    if (feed === undefined) {
      problems.push(`${source.task} is not asked for a list for ${template}.`);
      continue;
    }
    const read = readItems(brief, { feed, source, output: outputOf(source.task) });
    items.push(...read.items);
    problems.push(...read.faults.map((fault) => `${source.task}: ${fault}`));
  }
  if (problems.length > 0) return { addition: null, problems: problems.slice(0, MOST_FAULTS) };
  return { addition: additionFrom(request, items), problems: [] };
}

export function additionFrom(
  { key, by, task, group, depth, why, tasks }: AdditionRequest,
  items: readonly RoundItem[],
): Addition {
  return { key, by, task, group, depth, why, tasks, items };
}
