/** What the demo tells between two looks at its campaign: short lines, and why they matter. Pure. */
import type { ReportData, Span, TaskStatus } from '../core/status.js';

export interface Line {
  readonly sign: '·' | '▶' | '✓' | '✗' | '?' | '‖' | '↻';
  readonly text: string;
}

export function tell(before: ReportData | null, after: ReportData): readonly Line[] {
  return [
    ...newSpans(before, after).flatMap((span) => tellSpan(span, after)),
    ...tellLimits(before, after),
    ...tellPhase(before, after),
    ...tellStarts(before, after),
  ];
}

function tellPhase(before: ReportData | null, { status }: ReportData): readonly Line[] {
  const { phase } = status;
  if (phase === null || phase === before?.status.phase) return [];
  const tasks = status.tasks.filter((task) => task.phase === phase);
  const groups = [...new Set(tasks.map(({ group }) => group))].map((group) => {
    const members = tasks.filter((task) => task.group === group).map(({ id }) => id);
    return `${nameOf(group)} (${members.join(', ')})`;
  });
  const together = groups.length > 1 ? ', side by side' : '';
  return [{ sign: '·', text: `phase ${phase}: ${groups.join(' and ')}${together}` }];
}

/** A group's id is `<phase>/<group>`. */
function nameOf(group: string): string {
  return group.slice(group.lastIndexOf('/') + 1);
}

function tellStarts(before: ReportData | null, { status }: ReportData): readonly Line[] {
  const started = status.tasks.filter(
    (task) => task.startedAt !== null && (old(before, task)?.startedAt ?? null) === null,
  );
  if (started.length === 0) return [];
  const names = started.map(({ id }) => id).join(', ');
  const what = started.length === 1 ? 'starts, on a branch' : 'start, each on a branch';
  return [{ sign: '▶', text: `${names} ${what} and in a clone of its own` }];
}

function newSpans(before: ReportData | null, after: ReportData): readonly Span[] {
  return after.spans.slice(before?.spans.length ?? 0);
}

function tellSpan(span: Span, { status }: ReportData): readonly Line[] {
  const { task, kind, outcome } = span;
  const { note = '', session = null } = status.tasks.find(({ id }) => id === task) ?? {};
  if (kind === 'verify' && outcome === 'rejected')
    return [
      { sign: '✗', text: `${task}: its agent said "done", and its tests failed` },
      {
        sign: '↻',
        text: `${task}: next turn, same session ${shortSession(session)}, with the failing output in its prompt`,
      },
    ];
  if (kind === 'turn' && outcome === 'interrupted')
    return [{ sign: '‖', text: `${task} was interrupted; what it wrote is in a commit` }];
  if (kind === 'merge' && outcome === 'merged') {
    return [{ sign: '✓', text: `${task} is in, tests green: ${note}` }];
  }
  return [];
}

function tellLimits(before: ReportData | null, { status }: ReportData): readonly Line[] {
  return status.accounts.flatMap((account): Line[] => {
    const was = before?.status.accounts.find(({ name }) => name === account.name)?.paused ?? false;
    if (account.paused === was) return [];
    if (!account.paused) return [{ sign: '▶', text: `account ${account.name} goes on by itself` }];
    const until = account.pausedUntil === null ? '' : ` until ${account.pausedUntil.slice(11, 19)} UTC`;
    return [
      {
        sign: '‖',
        text: `usage limit: account ${account.name} waits${until}, others go on`,
      },
    ];
  });
}

function old(before: ReportData | null, task: TaskStatus): TaskStatus | null {
  return before?.status.tasks.find(({ id }) => id === task.id) ?? null;
}

export function shortSession(session: string | null): string {
  return session === null ? '?' : session.slice(0, 8);
}
