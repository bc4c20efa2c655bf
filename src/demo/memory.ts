/** The scripted agent's memory: a line for each turn's beginning and end, in a file per task that outlives turns. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { identifyProcess, isAlive, type ProcessIdentity } from '../activities/process-tree.js';

export interface Begin extends ProcessIdentity {
  readonly is: 'begin';
  readonly task: string;
  readonly session: string;
  readonly turn: number;
  /** ISO 8601. */
  readonly at: string;
  /** Agents of this task that lived when this one began: there must be none, ever. */
  readonly stillAlive: readonly number[];
}

export type EndedHow = 'done' | 'failed' | 'limit' | 'question';

export interface End {
  readonly is: 'end';
  readonly pid: number;
  readonly how: EndedHow;
  readonly at: string;
}

export type Entry = Begin | End;

/** This file is there once the demo's accident has happened. */
export function accidentFile(folder: string): string {
  return `${folder}/accident`;
}

/** What the agents of a task wrote, in order; empty where none began. */
export function readMemory(folder: string, task: string): readonly Entry[] {
  return readEntries(`${folder}/${task}.jsonl`);
}

function readEntries(file: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}

export interface Me {
  readonly task: string;
  readonly session: string;
  readonly turn: number;
}

export class Memory {
  readonly #file: string;
  /** What was there when this turn began. */
  readonly #before: readonly Entry[];

  constructor(
    folder: string,
    private readonly me: Me,
  ) {
    mkdirSync(folder, { recursive: true });
    this.#file = `${folder}/${me.task}.jsonl`;
    this.#before = readMemory(folder, me.task);
  }

  begin(): void {
    const stillAlive = begins(this.#before)
      .filter(isAlive)
      .map(({ pid }) => pid);
    const me = identifyProcess(process.pid);
    if (me === null) throw new Error(`The system does not know this very process, ${process.pid}.`);
    this.#add({ is: 'begin', ...this.me, ...me, at: new Date().toISOString(), stillAlive });
  }

  end(how: EndedHow): void {
    this.#add({ is: 'end', pid: process.pid, how, at: new Date().toISOString() });
  }

  /** Whether an earlier turn of this very session ended so. */
  remembers(how: EndedHow): boolean {
    const pids = begins(this.#before)
      .filter(({ session }) => session === this.me.session)
      .map(({ pid }) => pid);
    return this.#before.some((entry) => entry.is === 'end' && entry.how === how && pids.includes(entry.pid));
  }

  #add(entry: Entry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

export function begins(entries: readonly Entry[]): readonly Begin[] {
  return entries.filter((entry): entry is Begin => entry.is === 'begin');
}

/** The living agent of these entries, or null. */
export function findAtWork(entries: readonly Entry[]): Begin | null {
  const last = entries.at(-1);
  return last?.is === 'begin' && isAlive(last) ? last : null;
}
