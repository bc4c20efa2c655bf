/** All that is kept of one turn for people, in the order in which it happened. */
import { readFile } from 'node:fs/promises';
import type { TurnFacts } from '../core/ports.js';
import { LogTail } from './log-tail.js';

export interface LogLine {
  /** Who said it: the agent (its standard output), or what stands before the line. */
  readonly source: LogSource;
  readonly text: string;
}

export type LogSource =
  'agent' | 'stderr' | 'setup' | 'verify' | 'rejected' | 'merge' | 'not merged' | 'turn';

export class TurnLog {
  readonly #setup: LogTail;
  readonly #output: AgentOutput;
  readonly #verify: LogTail;
  readonly #merge: LogTail;
  /** Files that are written at once, and so are told once. */
  readonly #told = new Set<string>();

  constructor(private readonly folder: string) {
    this.#setup = new LogTail(`${folder}/setup.log`);
    this.#output = new AgentOutput(folder);
    this.#verify = new LogTail(`${folder}/verify.log`);
    this.#merge = new LogTail(`${folder}/merge.log`);
  }

  /** What is new since the last time; `final` where nothing will be added. */
  async readNew(final: boolean): Promise<readonly LogLine[]> {
    return [
      ...say('setup', await this.#setup.readLines(final)),
      ...(await this.#output.readNew(final)),
      ...say('turn', await this.#readOnce('turn.json', describeEnd)),
      ...say('verify', await this.#verify.readLines(final)),
      ...say('rejected', await this.#readOnce('verify.md', shortenEvidence)),
      ...say('merge', await this.#merge.readLines(final)),
      ...say('not merged', await this.#readOnce('merge.md', shortenEvidence)),
    ];
  }

  async #readOnce(name: string, lines: (text: string) => readonly string[]): Promise<readonly string[]> {
    if (this.#told.has(name)) return [];
    const text = await readFile(`${this.folder}/${name}`, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return [];
    this.#told.add(name);
    return lines(text);
  }
}

function say(source: LogSource, lines: readonly string[]): readonly LogLine[] {
  return lines.map((text) => ({ source, text }));
}

/** Standard output and standard error, line by line as they came, where that was kept; else one after the other. */
class AgentOutput {
  readonly #order: LogTail;
  readonly #out: LogTail;
  readonly #err: LogTail;

  constructor(folder: string) {
    this.#order = new LogTail(`${folder}/output-order.txt`);
    this.#out = new LogTail(`${folder}/events.jsonl`);
    this.#err = new LogTail(`${folder}/stderr.log`);
  }

  async readNew(final: boolean): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    const read = async (last: boolean, to: { out?: number; err?: number } = {}): Promise<void> => {
      lines.push(...say('agent', await this.#out.readLines(last, to.out)));
      lines.push(...say('stderr', await this.#err.readLines(last, to.err)));
    };
    // Between two of them only one of the files has grown.
    for (const mark of await this.#order.readLines(final)) {
      const [, out = NaN, err = NaN] = mark.split(' ').map(Number);
      if (Number.isInteger(out) && Number.isInteger(err)) await read(false, { out, err });
    }
    await read(final);
    return lines;
  }
}

/** How the turn ended, where that was not well. */
function describeEnd(text: string): readonly string[] {
  const { outcome, failure, summary } = JSON.parse(text) as TurnFacts;
  if (outcome === 'done') return [];
  const why = failure?.message ?? summary;
  return `ended ${outcome}${why === '' ? '' : `: ${why}`}`.split('\n');
}

/** The whole output stands above already. */
const OUTPUT_LINES = 15;

/** Evidence as agents are given it, with no more than the last lines of each output. */
export function shortenEvidence(text: string): readonly string[] {
  const lines: string[] = [];
  let fence: string | null = null;
  let block: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (fence === null && /^`{3,}$/.test(line)) {
      fence = line;
      block = [];
    } else if (fence === null) {
      if (line !== '') lines.push(line);
    } else if (line === fence) {
      lines.push(...lastOf(block));
      fence = null;
    } else {
      block.push(line);
    }
  }
  return fence === null ? lines : [...lines, ...lastOf(block)];
}

function lastOf(block: readonly string[]): readonly string[] {
  const left = block.length - OUTPUT_LINES;
  return [...(left > 0 ? [`  …`] : []), ...block.slice(-OUTPUT_LINES).map((line) => `  ${line}`)];
}
