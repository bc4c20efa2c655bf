/**
 * Prompts are rendered from Liquid templates. What agents, people and files said goes in as data and is never read as a
 * template; templates may include the parts of part.ts by name, and nothing else.
 */
import { Liquid, LiquidError, type Template } from 'liquidjs';
import { PARTS } from './templates/part.js';

/** A template's text can't be read, or asks for what is not there. */
export interface TemplateFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: TemplateFault };

/** Only a template that asks for absurdly much meets them. */
const LONGEST_TEMPLATE = 200_000;
const MOST_MEMORY = 20_000_000;
const MOST_TIME_MS = 10_000;

/** A line that is one tag leaves no empty line behind; lines are counted as they are written. */
const TAG_LINE = /^[ \t]*\{%((?:(?!%\}).)*?)(-?)%\}[ \t]*\r?\n/gm;

const engine = new Liquid({
  templates: Object.fromEntries(Object.entries(PARTS).map(([name, text]) => [name, withoutTagLines(text)])),
  cache: true,
  strictVariables: true,
  strictFilters: true,
  lenientIf: true,
  jsTruthy: true,
  ownPropertyOnly: true,
  parseLimit: LONGEST_TEMPLATE,
  memoryLimit: MOST_MEMORY,
  renderLimit: MOST_TIME_MS,
});

engine.registerFilter('code', (value: unknown) => code(textOf(value)));
engine.registerFilter('codes', (values: unknown) => listOf(values).map(code).join(', '));
engine.registerFilter('fenced', (value: unknown) => fenced(textOf(value)));

/** Text within a line that is meant literally; longer than any run of ticks in it. */
function code(text: string): string {
  const ticks = '`'.repeat(longestRun(text, 0) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${text}${space}${ticks}`;
}

/** A block that no text can end. */
function fenced(text: string): string {
  const fence = '`'.repeat(longestRun(text, 2) + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}

function longestRun(text: string, least: number): number {
  return [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), least);
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function withoutTagLines(text: string): string {
  return text.replace(TAG_LINE, (_, inner: string, dash: string) => `{%${inner}\n${dash}%}`);
}

const parsed = new Map<string, Read<Template[]>>();
/** Those of the campaigns of a worker; more are parsed again. */
const MOST_KEPT = 200;

function parse(text: string): Read<Template[]> {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const read = reading(text, () => engine.parse(withoutTagLines(text)));
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(text, read);
  return read;
}

export function renderTemplate(text: string, facts: object): Read<string> {
  const read = parse(text);
  if (!read.ok) return read;
  return reading(text, () => String(engine.renderSync(read.value, facts)));
}

/** The variables of a task that it asks for, as `vars.x` names them. */
export function varsUsedBy(text: string): Read<ReadonlySet<string>> {
  const read = parse(text);
  if (!read.ok) return read;
  return reading(text, () => {
    const asked = engine.globalVariableSegmentsSync(read.value);
    return new Set(
      asked.flatMap(([root, name]) => (root === 'vars' && typeof name === 'string' ? [name] : [])),
    );
  });
}

function reading<T>(text: string, read: () => T): Read<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, fault: faultOf(error, text) };
  }
}

function faultOf(error: unknown, text: string): TemplateFault {
  const said = error instanceof Error ? error : new Error(String(error));
  if (!LiquidError.is(said)) return { message: plain(said.message), ...placeIn(text, said.message) };
  const [line = 1, column = 1] = said.token.getPosition();
  return { message: plain(said.originalError?.message ?? said.message), line, column };
}

const MISSING_PART = /Failed to lookup "(.+?)"/;

/** The engine does not tell where a part is asked for that is not there. */
function placeIn(text: string, said: string): { readonly line: number; readonly column: number } {
  const name = MISSING_PART.exec(said)?.[1];
  const before = text.slice(0, Math.max(0, name === undefined ? 0 : text.indexOf(name))).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** In our words where the engine's tell what it did and not what is wrong. */
function plain(said: string): string {
  const missing = MISSING_PART.exec(said)?.[1];
  if (missing !== undefined)
    return `there is no part "${missing}" to include; parts: ${Object.keys(PARTS).join(', ')}`;
  return said.replace(/\s*\n\s*/g, ' ');
}
