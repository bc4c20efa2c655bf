/** How a campaign is shown while it goes on: a board on a terminal, else a line per event; JSON lines for programs. */
import { createLogUpdate } from 'log-update';
import type { StatusRead } from '../client/status-read.js';
import type { Status } from '../core/status.js';
import { renderEventLines } from '../report/event-line.js';
import { formatDuration } from '../report/format.js';
import { renderBoard } from '../report/text-board.js';
import { answerCommand } from '../report/word.js';
import { withForecast, type Forecast } from './forecast.js';
import { colourOnStdout, printData, printNote } from './output.js';

export interface View {
  show(read: StatusRead): Promise<void>;
  /** Leaves the last picture on the screen, and the terminal as it was. Any number of times. */
  close(): void;
}

export function makeView(json: boolean, forecast: Forecast): View {
  if (json) return jsonView(forecast);
  return canDraw() ? boardView(forecast) : lineView();
}

/** A dumb terminal can't go back up and draw anew. */
function canDraw(): boolean {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb';
}

/** One status per line, whenever something changed. */
function jsonView(forecast: Forecast): View {
  let revision = -1;
  return {
    show: async ({ status }) => {
      if (status.revision === revision) return;
      revision = status.revision;
      printData(JSON.stringify(withForecast(status, await forecast.at(status, Date.now()))));
    },
    close: () => undefined,
  };
}

function boardView(forecast: Forecast): View {
  const board = createLogUpdate(process.stdout);
  let open = true;
  return {
    show: async (read) => {
      const nowMs = Date.now();
      const expectedEnd = await forecast.at(read.status, nowMs);
      const { columns, rows } = process.stdout;
      const away = awayNote(read);
      // One row less than there are, or the terminal scrolls; one more where a note stands below.
      const room = {
        columns,
        rows: rows - (away === null ? 1 : 2),
        colour: colourOnStdout,
        nowMs,
        expectedEnd,
      };
      board([...renderBoard(read.status, room), ...(away === null ? [] : [away])].join('\n'));
    },
    close: () => {
      if (open) board.done();
      open = false;
    },
  };
}

function lineView(): View {
  let before: Status | null = null;
  let away = false;
  let stuckAt = -1;
  return {
    show: (read) => {
      for (const line of renderEventLines(before, read.status, Date.now())) printData(line);
      before = read.status;
      const note = awayNote(read);
      if (note !== null && !away) printNote(note);
      if (note === null && away) printNote('a worker answers again');
      away = note !== null;
      if (note === null && isStuck(read.status) && stuckAt !== read.status.revision) {
        stuckAt = read.status.revision;
        for (const line of describeStuck(read.status)) printNote(line);
      }
      return Promise.resolve();
    },
    close: () => undefined,
  };
}

function awayNote(read: StatusRead): string | null {
  if (read.source !== 'snapshot') return null;
  return `as of ${formatDuration(read.ageMs)} ago: ${read.why} (${read.wayOut})`;
}

/** Nothing runs, nothing will start by itself, and somebody has a question. */
function isStuck(status: Status): boolean {
  return (
    status.state === 'running' &&
    status.blockers.some(({ state }) => state === 'open') &&
    !status.tasks.some(({ state }) => state === 'running') &&
    !status.tasks.some(({ waitReasons }) => waitReasons.some(({ until }) => until !== undefined))
  );
}

function describeStuck(status: Status): string[] {
  const open = status.blockers.filter(({ state }) => state === 'open');
  return ['All open work waits for an answer:', ...open.map(({ id }) => `  ${answerCommand(status, id)}`)];
}
