/** Without a terminal: one line per thing that happened between two looks at a campaign. */
import { costOfCampaign, costOfTask } from '../core/metrics-cost.js';
import type { AccountStatus, BlockerStatus, PauseStatus, Status, TaskStatus } from '../core/status.js';
import { cutText, plainLine } from './escape.js';
import { formatCost, formatDuration } from './format.js';
import {
  answerCommand,
  describeAccount,
  describeCounts,
  describePause,
  describeTask,
  describeWaits,
  isEnded,
} from './word.js';

interface Line {
  readonly at: string;
  readonly text: string;
  /** Told before what else happened at the same moment: that a task ended is why the next phase begins. */
  readonly isEnd?: boolean;
}

/** Both looks at the same thing; `before` is null at the first. */
interface Change {
  readonly before: Status | null;
  readonly after: Status;
  readonly nowMs: number;
}

/**
 * One line per event, `<ISO time> <what>`, in the order of their times. What the status dates is told with its own
 * time, everything else with `nowMs` (or the campaign's end). With `before` null, everything that is there has just happened.
 */
export function renderEventLines(before: Status | null, after: Status, nowMs: number): string[] {
  const change = { before, after, nowMs };
  if (before?.revision === after.revision) return [];
  const now = after.endedAt ?? new Date(nowMs).toISOString();
  const told = [
    ...campaignBegins(change),
    ...after.tasks.flatMap((task) => taskEvents(task, change)),
    ...after.blockers.flatMap((blocker) => blockerEvents(blocker, change)),
    ...after.accounts.flatMap((account) => accountEvents(account, change)),
    ...pauseEvents(change),
  ].map((line) => ({ ...line, at: line.at === '' ? now : line.at }));
  const inOrder = told.sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || Number(b.isEnd ?? false) - Number(a.isEnd ?? false),
  );
  return [...inOrder, ...campaignEnds(change)].map((line) => `${line.at} ${line.text}`);
}

function campaignBegins({ before, after }: Change): Line[] {
  const lines: Line[] = [];
  if (before === null)
    lines.push({ at: after.startedAt, text: `campaign ${after.id} started: ${plainLine(after.name)}` });
  for (const { name, at } of phasesBegun(before, after))
    lines.push({ at, text: `phase ${plainLine(name)} begins` });
  const changed = before !== null && before.state !== after.state;
  if (after.state === 'paused' && before?.state !== 'paused')
    lines.push({ at: '', text: `campaign paused: ${plainLine(after.message)}` });
  if (changed && after.state === 'running') lines.push({ at: '', text: 'campaign goes on' });
  return lines;
}

/** A phase begins with its first task, which may have started some time before we looked. */
function phasesBegun(before: Status | null, after: Status): readonly { name: string; at: string }[] {
  const known = before === null ? [] : beginnings(before).map(({ name }) => name);
  return beginnings(after).filter(({ name }) => !known.includes(name));
}

function beginnings(status: Status): readonly { name: string; at: string }[] {
  const names = [...new Set(status.tasks.map(({ phase }) => phase))];
  return names.flatMap((name) => {
    const starts = status.tasks.flatMap((task) => (task.phase === name ? (task.startedAt ?? []) : []));
    const first = starts.reduce((least, at) => (least === '' || at < least ? at : least), '');
    // The first phase's wait for its first worker is part of it.
    if (first !== '') return [{ name, at: name === names[0] ? status.startedAt : first }];
    return name === status.phase ? [{ name, at: name === names[0] ? status.startedAt : '' }] : [];
  });
}

function campaignEnds({ before, after }: Change): Line[] {
  if (after.endedAt === null || before?.endedAt === after.endedAt) return [];
  const tookMs = Date.parse(after.endedAt) - Date.parse(after.startedAt);
  const facts = `${describeCounts(after.tasks)}; ${formatDuration(tookMs)}, ${formatCost(costOfCampaign(after))}`;
  const message = plainLine(after.message);
  return [
    {
      at: after.endedAt,
      text: `campaign ended ${after.state}: ${facts}${message === '' ? '' : `. ${message}`}`,
    },
  ];
}

function taskEvents(task: TaskStatus, change: Change): Line[] {
  const old = change.before?.tasks.find((other) => other.id === task.id) ?? null;
  const id = plainLine(task.id);
  return [...turnEvents(task, old), ...stepEvents(task, old, change.nowMs)].map((line) => ({
    ...line,
    text: `${id} ${line.text}`,
  }));
}

/** The first turn is told with the task's start; turns between two looks are told by the last. */
function turnEvents(task: TaskStatus, old: TaskStatus | null): Line[] {
  if (task.startedAt !== null && (old === null || old.startedAt === null))
    return [{ at: task.startedAt, text: `started${describeLane(task)}: ${plainLine(task.title)}` }];
  if (isEnded(task) || old === null || tryOf(task) === tryOf(old)) return [];
  // What a turn that begins anew has to say is why the one before was not enough.
  const why = plainLine(task.note);
  const because = why === '' ? '' : `, after: ${cutText(why, 160)}`;
  return [{ at: '', text: `attempt ${task.attempts}, turn ${task.turn}${describeLane(task)}${because}` }];
}

function stepEvents(task: TaskStatus, old: TaskStatus | null, nowMs: number): Line[] {
  if (old !== null && task.state === old.state && task.step === old.step) return [];
  const text = describeStep(task, nowMs);
  return text === '' ? [] : [{ at: task.endedAt ?? '', text, isEnd: task.endedAt !== null }];
}

function tryOf(task: TaskStatus): string {
  return `${task.attempts}.${task.turn}`;
}

function describeLane(task: TaskStatus): string {
  const lane = task.lane ?? task.agent;
  return lane === null ? '' : ` on ${plainLine(lane)}`;
}

/** What a task's new step is worth a line; empty for those that its turn's line tells already. */
function describeStep(task: TaskStatus, nowMs: number): string {
  const note = plainLine(task.note);
  const because = note === '' ? '' : `: ${note}`;
  switch (task.state) {
    case 'waiting':
      if (task.attempts === 0) return '';
      return `${task.step === 'finishing' ? '' : 'stands still: '}${describeTask(task, nowMs)}`;
    case 'running':
      if (task.step === 'verifying') return 'is being verified';
      return task.step === 'integrating' ? 'verified, waits for its merge' : '';
    case 'blocked':
      return `blocked: ${describeWaits(task.waitReasons, nowMs)}`;
    case 'done':
      return `done and merged, cost ${formatCost(costOfTask(task))}${because}`;
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return `${task.state}${because}`;
  }
}

function blockerEvents(blocker: BlockerStatus, { before, after }: Change): Line[] {
  const old = before?.blockers.find((other) => other.id === blocker.id) ?? null;
  const lines: Line[] = [];
  const name = `blocker ${blocker.id} of ${plainLine(blocker.task)}`;
  if (old === null) {
    const how = blocker.state === 'open' ? `; answer it: ${answerCommand(after, blocker.id)}` : '';
    lines.push({
      at: blocker.raisedAt,
      text: `${name} (${blocker.severity}): ${plainLine(blocker.description)}${how}`,
    });
  }
  if (blocker.state !== (old?.state ?? 'open')) {
    const answer = blocker.answer === null ? '' : `: ${plainLine(blocker.answer)}`;
    lines.push({ at: '', text: `${name} ${blocker.state}${answer}` });
  }
  return lines;
}

function accountEvents(account: AccountStatus, { before, nowMs }: Change): Line[] {
  const old = before?.accounts.find((other) => other.name === account.name) ?? null;
  const was = old?.paused ?? false;
  if (account.paused && (!was || old?.pausedUntil !== account.pausedUntil))
    return [{ at: '', text: describeAccount(account, nowMs) }];
  if (!account.paused && was) return [{ at: '', text: `account ${plainLine(account.name)} goes on` }];
  return [];
}

/** Of phases and agents: an account tells its own. */
function pauseEvents({ before, after }: Change): Line[] {
  const was = partsOf(before);
  const is = partsOf(after);
  const begun = is.filter((pause) => !was.some((other) => isSamePart(pause, other)));
  const over = was.filter((pause) => !is.some((other) => isSamePart(pause, other)));
  return [
    ...begun.map((pause) => ({ at: pause.since, text: describePause(pause) })),
    ...over.map(({ part, name }) => ({ at: '', text: `${part} ${plainLine(name)} goes on` })),
  ];
}

function partsOf(status: Status | null): readonly PauseStatus[] {
  return (status?.pauses ?? []).filter(({ part }) => part !== 'account');
}

function isSamePart(one: PauseStatus, other: PauseStatus): boolean {
  return one.part === other.part && one.name === other.name;
}
