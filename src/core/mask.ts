/**
 * What of copied files (`copy` in the spec) is taken to be secret, and how it is left out of what is kept and shown. By
 * lines: a value that spans several is masked line by line. docs/campaign-file.md says the same to users.
 */

export type Mask = (text: string) => string;

const MASKED = '***';
const SHORTEST_VALUE = 6;
const SHORTEST_LINE = 8;
const MOST_VALUES = 1_000;
/** Of an unfinished line in a stream; longer than any file whose values are masked. */
const MOST_HELD = 256_000;
const HELD_BACK = 65_536;

/** `KEY=value`, `export KEY="value"`, `key: value`, `"key": "value",`; also where it is commented out. */
const KEY_AND_VALUE = /^(?:#\s*)?(?:export\s+)?["']?[\w.-]+["']?\s*[=:]\s*(.*)$/;

const PLAIN_WORD =
  /^(?:true|false|null|none|undefined|enabled|disabled|default|development|production|staging|testing|localhost)$/i;
const THIS_MACHINE = /^(?:[a-z]+:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d+)?\/?$/i;

/**
 * Of the texts of copied files: as many as can be masked, and how many there are besides. Values come before lines without
 * a key, and those of small files first: a password is masked whatever else is copied.
 */
export function chooseSecrets(texts: readonly string[]): {
  readonly masked: readonly string[];
  readonly left: number;
} {
  const found = [...texts].sort((a, b) => a.length - b.length).map(secretsOf);
  const known = [...found.flatMap(({ values }) => values), ...found.flatMap(({ lines }) => lines)];
  const all = [...new Set(known)];
  return { masked: all.slice(0, MOST_VALUES), left: Math.max(0, all.length - MOST_VALUES) };
}

interface CopiedSecrets {
  readonly values: readonly string[];
  /** Those without a key. */
  readonly lines: readonly string[];
}

function secretsOf(text: string): CopiedSecrets {
  const values: string[] = [];
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const pair = KEY_AND_VALUE.exec(line.trim());
    if (pair === null) lines.push(...formsOf(line, SHORTEST_LINE));
    else values.push(...formsOf(pair[1] ?? '', SHORTEST_VALUE));
  }
  return { values, lines };
}

/** As it stands, without a comment behind it, without quotes, and in pieces where it spells its line breaks as `\n`. */
function formsOf(written: string, shortest: number): readonly string[] {
  const whole = written.trim().replace(/,$/, '');
  const bare = [whole, whole.replace(/\s+#.*$/, '')].map((form) => form.replace(/^["'`]|["'`]$/g, ''));
  const pieces = whole.includes('\\n') ? bare.flatMap((form) => form.split('\\n')) : [];
  return [...bare, ...pieces].filter((form) => form.length >= shortest && !isPlain(form));
}

function isPlain(value: string): boolean {
  return PLAIN_WORD.test(value) || THIS_MACHINE.test(value) || !/[\p{L}\p{N}]/u.test(value);
}

/** Values that overlap in a text are masked as one, so that nothing is left of either. */
export function maskOf(values: readonly string[]): Mask {
  const quoted = values.map((value) => JSON.stringify(value).slice(1, -1));
  const known = [...new Set([...values, ...quoted])].filter((value) => value !== '');
  return (text) => {
    let masked = '';
    let at = 0;
    for (const { start, end } of joined(known.flatMap((value) => spansOf(text, value)))) {
      masked += text.slice(at, start) + MASKED;
      at = end;
    }
    return masked + text.slice(at);
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf(text: string, value: string): readonly Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1))
    spans.push({ start: at, end: at + value.length });
  return spans;
}

function joined(spans: readonly Span[]): readonly Span[] {
  const inOrder = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Span[] = [];
  for (const span of inOrder) {
    const last = apart.at(-1);
    if (last === undefined || span.start >= last.end) apart.push(span);
    else apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return apart;
}

/** For output that comes in chunks, which may end in the middle of a value. */
export class MaskedStream {
  #held = '';

  constructor(private readonly mask: Mask) {}

  /** All lines that have ended. */
  push(chunk: string): string {
    const text = this.#held + chunk;
    const end = text.lastIndexOf('\n') + 1;
    this.#held = text.slice(end);
    return this.mask(text.slice(0, end)) + this.#takeLong();
  }

  /** The line that has not. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.mask(rest);
  }

  #takeLong(): string {
    if (this.#held.length <= MOST_HELD) return '';
    const masked = this.mask(this.#held);
    this.#held = masked.slice(-HELD_BACK);
    return masked.slice(0, -HELD_BACK);
  }
}
