/**
 * A turn whose worker died: its agent wrote on into the turn's files. Where it came to its end, or had been interrupted
 * for a reason that stands, the turn is over, and nothing is asked twice. How it exited nobody knows any more, so only
 * what it said counts.
 */
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseObject, type AgentExit } from '../agents/adapter.js';
import { readSaid } from '../agents/said.js';
import type { TurnFacts } from '../core/ports.js';
import type { AgentRun } from './agent-run.js';
import {
  deliverSaid,
  hearEvents,
  hearLine,
  lookForFiles,
  newHearing,
  sayUndelivered,
  type Hearing,
} from './hearing.js';
import { OutputTail } from './output-tail.js';
import { hearRecord } from './session-file.js';
import { beginGen, noteHeard, type SessionStart } from './session-record.js';
import { concludeRun } from './turn-facts.js';
import type { Turn } from './turn-files.js';

const LAST_WORD_MS = 10_000;

/** Its processes have ended. Null where the turn has to go on; what it used until then is noted all the same. */
export async function recoverFacts(turn: Turn): Promise<TurnFacts | null> {
  const { start } = turn.before;
  if (start === null) return null;
  const hearing = newHearing();
  const tail = await hearOutput(turn, hearing, start);
  hearing.heard = hearRecord(turn, hearing.heard);
  await hearTools(turn, hearing, start);
  lookForFiles(hearing, turn, false);
  const last = sleep(LAST_WORD_MS, undefined, { ref: false });
  await Promise.race([deliverSaid(hearing, turn), last]);
  const heard = noteHeard(turn.before, hearing.heard);
  const run = lostRun(hearing, start, tail);
  const then = {
    ...turn,
    session: heard,
    startedAtMs: start.atMs,
    givenOutAtMs: null,
    endedAtMs: lastWordMs(turn),
  };
  const verdict = turn.adapter.judge(run.heard, run.exit);
  const facts = concludeRun(
    then,
    { ...run, endedByItself: run.endedByItself && verdict.is === 'outcome' },
    verdict,
  );
  if (facts.outcome !== 'interrupted') return facts;
  turn.session = beginGen(heard, turn.order.gen);
  return null;
}

async function hearOutput(turn: Turn, hearing: Hearing, { eventsFrom }: SessionStart): Promise<string> {
  if (!existsSync(turn.files.events)) return '';
  const output = new OutputTail(turn.files.events, eventsFrom, (line) =>
    hearLine(hearing, turn.adapter, line),
  );
  try {
    await output.readAll();
  } finally {
    output.close();
  }
  return output.lastLines();
}

async function hearTools(turn: Turn, hearing: Hearing, { saidFrom }: SessionStart): Promise<void> {
  if (!existsSync(turn.files.said)) return;
  const said = new OutputTail(turn.files.said, saidFrom ?? 0, (line) =>
    hearEvents(hearing, readSaid(parseObject(line) ?? {}) ?? []),
  );
  try {
    await said.readAll();
  } finally {
    said.close();
  }
}

function lostRun(hearing: Hearing, { cut }: SessionStart, tail: string): AgentRun {
  const exit: AgentExit = { code: null, signal: null, startError: null, tail };
  const toldAll = hearing.heard.ending !== null;
  return {
    reason: cut?.reason ?? (hearing.told ? 'told' : 'cut-off'),
    endedByItself: cut === null ? toldAll : cut.endedByItself && toldAll,
    heard: hearing.heard,
    exit,
    undelivered: sayUndelivered(hearing),
  };
}

/** When it printed last. */
function lastWordMs({ files }: Turn): number | null {
  return statSync(files.events, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
