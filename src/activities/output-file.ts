/**
 * What an agent hands on in a form that programs read: the `output` of its result line, or for any agent
 * `.longhaul/output.json` in its worktree, which is never part of the diff.
 */
import type { JsonSchema } from '../core/brief.js';
import { findMisfit } from '../core/output-schema.js';
import { parseJson } from '../agents/json.js';
import { readAgentFile } from './agent-file.js';

const OUTPUT_FILE = '.longhaul/output.json';

const MOST_BYTES = 1_000_000;

export interface Output {
  /** JSON; null where there is none, or `fault` says what is wrong with it. */
  readonly text: string | null;
  /** For the agent; null where nothing is wrong. */
  readonly fault: string | null;
}

/** What a program was heard to say. */
interface Said {
  readonly output: unknown;
  readonly message: string | null;
}

/** A program that is given the schema may answer in that form, and with nothing else. */
export function findOutput(worktree: string, said: Said, schema: JsonSchema | null): Output {
  const found = findAny(worktree, said.output);
  if (schema === null || found.fault !== null) return found;
  const text = found.text ?? textIn(said.message ?? '');
  if (text === null) return faulty(`The task is to hand on an output, and there is none. ${WHERE}`);
  const misfit = findMisfit(schema, JSON.parse(text));
  return misfit === null ? { text, fault: null } : faulty(`The output does not fit its schema: ${misfit}.`);
}

const WHERE = `Write it as JSON into \`${OUTPUT_FILE}\`, or answer with it where you were asked to.`;

/** JSON, and no more than what fences it. */
function textIn(message: string): string | null {
  if (Buffer.byteLength(message) > MOST_BYTES) return null;
  try {
    return JSON.stringify(parseJson(withoutFence(message.trim())));
  } catch {
    return null;
  }
}

function withoutFence(text: string): string {
  const opening = ['```json\n', '```\n'].find((fence) => text.startsWith(fence));
  return opening === undefined || !text.endsWith('```') ? text : text.slice(opening.length, -3);
}

/** The line goes first: it is of this turn, and the file may be of an earlier one. */
function findAny(worktree: string, said: unknown): Output {
  const found = said === null ? readAgentFile(`${worktree}/${OUTPUT_FILE}`, MOST_BYTES + 1) : null;
  if (said !== null) return bounded(JSON.stringify(said), 'The output of your result line');
  if (found === null) return { text: null, fault: null };
  if ('unreadable' in found) return faulty(`\`${OUTPUT_FILE}\` is not as expected. ${found.unreadable}`);
  const { text, fault } = bounded(found.text, `\`${OUTPUT_FILE}\``);
  return text === null ? { text, fault } : checked(text);
}

function bounded(text: string, name: string): Output {
  if (Buffer.byteLength(text) <= MOST_BYTES) return { text, fault: null };
  return faulty(
    `${name} is larger than ${MOST_BYTES / 1_000_000} MB; hand on what the others need, or files.`,
  );
}

function checked(text: string): Output {
  try {
    return { text: JSON.stringify(parseJson(text)), fault: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return faulty(`\`${OUTPUT_FILE}\` is not valid JSON: ${why}`.slice(0, 500));
  }
}

function faulty(fault: string): Output {
  return { text: null, fault };
}
