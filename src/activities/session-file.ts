/** What a program notes in its session's file and does not print: what it used where a turn was cut off, when a limit ends. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hear, type AgentEvent, type Heard, type SessionFile } from '../agents/adapter.js';
import { readAgentFile } from './agent-file.js';
import { requestOf } from './turn-request.js';
import type { Turn } from './turn-files.js';

/** What the file says comes after what was printed, and counts: the turn before may have been cut off. */
export function hearRecord(turn: Turn, heard: Heard): Heard {
  const { adapter, session } = turn;
  const id = heard.session ?? session.told;
  if (adapter.record === undefined || id === null) return heard;
  const file = findSessionFile(adapter.record(requestOf(turn, { prompt: '', resume: true }), id));
  if (file === null) return heard;
  const events = readEnd(file).flatMap((line) => adapter.parse(line, heard));
  return events.filter(isOfRecord).reduce(hear, heard);
}

function isOfRecord({ is }: AgentEvent): boolean {
  return is === 'usage' || is === 'limit';
}

/** Null where there is none, or the folder can't be read. */
function findSessionFile({ folder, ending }: SessionFile): string | null {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const found = names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
    return found.sort((a, b) => lstatSync(b).mtimeMs - lstatSync(a).mtimeMs)[0] ?? null;
  } catch {
    return null;
  }
}

const MOST_BYTES = 512 * 1024;

/** Its last lines; the first of them may be cut off, and then means nothing. The agent knows the place, and can write there. */
function readEnd(path: string): readonly string[] {
  const found = readAgentFile(path, MOST_BYTES, 'end');
  return found !== null && 'text' in found ? found.text.split('\n') : [];
}
