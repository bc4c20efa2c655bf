/** Files in `.longhaul` of a worktree by which any agent says something, one JSON object each. Never part of the diff. */
import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { parseJson } from '../agents/json.js';
import { readAgentText } from './agent-file.js';
import { shortHash, type Turn } from './turn-files.js';

export interface SaidFile {
  /** Undefined where it is no JSON, or can't be read. */
  readonly value: unknown;
  /** Where it stands, with its content. */
  readonly file: string;
  /** The same text written again is another saying. */
  readonly writtenAtMs: number;
  /** Moves it to the turn's artifacts, once the campaign knows. */
  readonly consume: () => void;
}

/** `contract` is `.longhaul/contract.json`. While the agent runs, what is no JSON is still being written: null. */
export function findSaidFile(
  turn: Turn,
  name: string,
  { agentRuns, kept }: { agentRuns: boolean; kept: string },
): SaidFile | null {
  const path = `${turn.worktree}/.longhaul/${name}.json`;
  const text = readAgentText(path);
  const value = text === null ? undefined : parse(text);
  if (text === null || (value === undefined && agentRuns)) return null;
  const hash = shortHash(text);
  return {
    value,
    file: `${path} ${hash}`,
    writtenAtMs: lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    consume: () => {
      // The agent may have written the next one in the meantime.
      const now = readAgentText(path);
      if (now === null || shortHash(now) !== hash) return;
      writeFileSync(turn.files.blocker.replace(/blocker\.json$/, `${kept}-${hash}.json`), now);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
