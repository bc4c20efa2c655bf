/** Turns what zod found into problems that a person can act on. */
import type { core } from 'zod';
import type { Problem } from './problem.js';
import { contextAt, laterFeature } from './spec-key.js';
import type { Complaint } from './spec-value.js';
import type { SpecPath } from './spec-source.js';
import { suggest } from './spec-suggest.js';
import { notYet } from './spec-problem.js';
import { valueAt, type Written } from './spec-written.js';

type Issue = core.$ZodIssue;

export function problemsOfIssues(issues: readonly Issue[], written: Written): readonly Problem[] {
  const mistyped = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('\n')),
  );
  // Of a mapping with an unknown key nobody can say which of its keys are missing.
  return issues
    .filter(({ code, path }) => code !== 'custom' || !mistyped.has(path.join('\n')))
    .flatMap((issue) => problemsOfIssue(issue, written));
}

function problemsOfIssue(issue: Issue, written: Written): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return unknownKeys(issue.keys, path, written);
  }
  if (issue.code === 'invalid_union') return problemsOfUnion(issue, path, written);
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => badKey(inner, path, written));
  const value = valueAt(written.value, path);
  const later = laterFeature(path, value);
  if (later !== null) return [notYet(later, written.placeOf(path))];
  if (value === undefined) return [missingKey(path, written)];
  if (path.length === 0 && issue.code === 'invalid_type') return [notAMapping(value, written)];
  const { code, expected, hint } = complain(issue, value, path);
  return [
    {
      code,
      message: `${describePath(path, written.value)} ${expected}`,
      hint,
      where: written.placeOf(path),
      severity: 'problem',
    },
  ];
}

/** Of the forms that a value may have, the one that it comes near to is the one that was meant. */
function problemsOfUnion(
  issue: core.$ZodIssueInvalidUnion,
  path: SpecPath,
  written: Written,
): readonly Problem[] {
  const value = valueAt(written.value, path);
  const later = laterFeature(path, value);
  if (later !== null) return [notYet(later, written.placeOf(path))];
  if (value === undefined) return [missingKey(path, written)];
  const near = issue.errors.find((issues) => !issues.some(isOtherForm));
  if (near !== undefined) {
    const inner = near.map((one): Issue => ({ ...one, path: [...issue.path, ...one.path] }));
    return problemsOfIssues(inner, written);
  }
  const { expected, hint } = formsOf(path);
  const isWord =
    typeof value === 'string' && issue.errors.flat().some(({ code }) => code === 'invalid_value');
  return [
    {
      code: isWord ? 'spec/wrong-value' : 'spec/wrong-type',
      message: `${describePath(path, written.value)} must be ${expected}, not ${describeValue(value)}`,
      hint,
      where: written.placeOf(path),
      severity: 'problem',
    },
  ];
}

function isOtherForm({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

interface Forms {
  readonly expected: string;
  readonly hint: string;
}

const formsByKey: Readonly<Record<string, Forms>> = {
  review: { expected: 'consumers or a list of roles', hint: 'write consumers, or [architect, tester]' },
  wait: { expected: 'all, any or a whole number', hint: 'write how many of its tasks the group waits for' },
  deadline: {
    expected: 'a duration, or a time by the clock',
    hint: 'write 12h, or { at: 2026-12-24T18:00:00Z }',
  },
  tokens: { expected: 'a whole number', hint: 'write 30000000, or 30_000_000' },
  buffer: { expected: 'a number (per cent) or a duration', hint: 'write 20, or 10m' },
  forEach: { expected: "a task's id, or a mapping", hint: 'write the id of a task, or { task: …, at: … }' },
  output: {
    expected: 'a JSON schema, or the path of one',
    hint: 'write { type: object, … }, or schemas/x.json',
  },
  options: {
    expected: 'a text, a number, true, false or a list of texts',
    hint: 'docs/agents.md lists the options',
  },
  draftAfter: { expected: 'a share of the estimate or a duration', hint: 'write 0.5, or 2h' },
};

function formsOf(path: SpecPath): Forms {
  const key = path.at(-2) === 'options' ? 'options' : path.at(-1);
  const need = {
    expected: "a task's id, or a mapping",
    hint: 'write the id of a task, or { contract: … }, { draft: … }, { finish: … }, { group: … }',
  };
  if (typeof key === 'number') return need;
  const other = { expected: 'a text or a number', hint: 'put it in quotes' };
  return key !== undefined && Object.hasOwn(formsByKey, key) ? (formsByKey[key] ?? other) : other;
}

/** The whole file is one text, a list or nothing: its words tell nobody more. */
function notAMapping(value: unknown, { placeOf }: Written): Problem {
  const what = typeof value === 'string' ? 'one text' : describeValue(value);
  return {
    code: 'spec/wrong-type',
    message: `the campaign file must be a mapping (lines "key: value"), not ${what}`,
    hint: 'begin with "version: 1"; docs/campaign-file.md shows the smallest campaign file',
    where: placeOf([]),
    severity: 'problem',
  };
}

/** Of a file for another program each key is unknown, and each hint the same. */
const MOST_UNKNOWN = 5;

function unknownKeys(keys: readonly string[], path: SpecPath, written: Written): readonly Problem[] {
  const told = keys.map((key) => unknownKey([...path, key], written));
  const rest = keys.slice(MOST_UNKNOWN).filter((_, index) => isQuiteUnknown(told[MOST_UNKNOWN + index]));
  const [first] = rest;
  if (rest.length < 2 || first === undefined) return told;
  const place = contextAt(path)?.label ?? `in ${describePath(path, written.value)}`;
  return [
    ...told.filter((_, index) => !rest.includes(keys[index] ?? '')),
    {
      code: 'spec/unknown-key',
      message: `${rest.length} more unknown keys ${place}: ${describeValue(rest.join(', '))}`,
      hint: 'is this a campaign file? docs/campaign-file.md lists its keys',
      where: written.placeOf([...path, first], 'key'),
      severity: 'problem',
    },
  ];
}

/** Neither a slip of the keyboard nor a key of a later version. */
function isQuiteUnknown(problem: Problem | undefined): boolean {
  return problem?.code === 'spec/unknown-key' && problem.hint?.startsWith('known keys') === true;
}

function unknownKey(path: SpecPath, { placeOf, value }: Written): Problem {
  const key = String(path.at(-1));
  const around = path.slice(0, -1);
  const context = contextAt(around);
  const where = placeOf(path, 'key');
  if (context?.later.includes(key) === true) return notYet(`the key "${key}" ${context.label}`, where);
  const meant = suggest(key, context?.keys ?? []);
  return {
    code: 'spec/unknown-key',
    message: `unknown key "${key}" ${context?.label ?? `in ${describePath(around, value)}`}`,
    hint: meant === null ? `known keys: ${(context?.keys ?? []).join(', ')}` : `did you mean "${meant}"?`,
    where,
    severity: 'problem',
  };
}

function badKey(inner: Issue, path: SpecPath, { placeOf }: Written): Problem {
  const { code, expected, hint } = complain(inner, String(path.at(-1)), path);
  return {
    code,
    message: `a name in ${path.slice(0, -1).join('.')} ${expected}`,
    hint,
    where: placeOf(path, 'key'),
    severity: 'problem',
  };
}

/** What a missing key may look like, where that says more than dots. */
const EXAMPLES: Readonly<Record<string, string>> = {
  version: 'version: 1',
  agents: 'agents, as in agents: { claude: { adapter: claude-code } }',
  adapter: 'adapter: claude-code, adapter: codex, or adapter: command',
};

function missingKey(path: SpecPath, { placeOf, value }: Written): Problem {
  const key = String(path.at(-1));
  return {
    code: 'spec/missing-key',
    message: `"${key}" is missing ${path.length === 1 ? 'at the top' : `in ${describePath(path.slice(0, -1), value)}`}`,
    hint: `add ${Object.hasOwn(EXAMPLES, key) ? (EXAMPLES[key] ?? '') : `${key}: …`}`,
    where: placeOf(path),
    severity: 'problem',
  };
}

interface Told {
  readonly code: string;
  /** Goes on after the name of the thing: `must be …`. */
  readonly expected: string;
  readonly hint: string;
}

function complain(issue: Issue, value: unknown, path: SpecPath): Told {
  const came = describeValue(value);
  if (issue.code === 'invalid_type') {
    const key = path.at(-1);
    const expected = durationKeys.includes(key)
      ? 'a duration'
      : (typeWords[issue.expected] ?? issue.expected);
    const hint = hintForType(issue.expected, value, key);
    return { code: 'spec/wrong-type', expected: `must be ${expected}, not ${came}`, hint };
  }
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const meant = typeof value === 'string' ? suggest(value, choices) : null;
    const hint =
      meant === value
        ? `write ${meant} without quotes`
        : meant === null
          ? `write ${choices.length > 1 ? 'one of: ' : ''}${choices.join(', ')}`
          : `did you mean ${meant}?`;
    return { code: 'spec/wrong-value', expected: `must be ${choices.join(' or ')}, not ${came}`, hint };
  }
  if (issue.code === 'too_small') return { code: 'spec/wrong-value', ...tellTooSmall(issue, came) };
  if (issue.code === 'too_big') return { code: 'spec/wrong-value', ...tellTooBig(issue, came) };
  if (issue.code === 'custom') {
    const { code, hint } = readComplaint(issue.params);
    return { code, expected: issue.message, hint };
  }
  return {
    code: 'spec/wrong-value',
    expected: `is wrong: ${issue.message}`,
    hint: 'see docs/campaign-file.md',
  };
}

function readComplaint(params: Record<string, unknown> | undefined): Complaint {
  return { code: String(params?.['code']), hint: String(params?.['hint']) };
}

function tellTooSmall(issue: core.$ZodIssueTooSmall, came: string): Omit<Told, 'code'> {
  if (issue.origin === 'array' || issue.origin === 'string') {
    return { expected: 'must not be empty', hint: 'fill it, or leave the key out where it is optional' };
  }
  return {
    expected: `must be at least ${String(issue.minimum)}, not ${came}`,
    hint: `write ${String(issue.minimum)} or more`,
  };
}

function tellTooBig(issue: core.$ZodIssueTooBig, came: string): Omit<Told, 'code'> {
  const most = String(issue.maximum);
  if (issue.origin === 'string')
    return { expected: `must have at most ${most} characters`, hint: 'shorten it' };
  return { expected: `must be at most ${most}, not ${came}`, hint: `write ${most} or less` };
}

const durationKeys: readonly unknown[] = ['timeout', 'stall', 'estimate', 'deadline'];
const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function hintForType(expected: string, value: unknown, key: unknown): string {
  if (typeof value === 'number' && durationKeys.includes(key)) return `write it with its unit: ${value}m`;
  if (expected === 'array' && typeof value === 'string') return `write it as a list: ["${value}"]`;
  if (expected === 'string') return hintForText(value);
  if (expected === 'array') return 'write a list: one line per entry, each beginning with "- "';
  if (expected === 'object' || expected === 'record')
    return 'write keys with values: one line "key: value" each';
  return 'write a plain number without quotes or unit';
}

function hintForText(value: unknown): string {
  if (typeof value === 'number') return `put it in quotes: "${value}"`;
  if (isBraces(value)) return 'put {{…}} in quotes, as in "{{area}}"';
  return 'write one text; put it in quotes where it has special characters';
}

/** Unquoted, `{{area}}` is a mapping with a mapping as its key. */
function isBraces(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('{'));
}

function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'something else';
  const short = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return `"${short.replaceAll('\n', ' ')}"`;
}

/** `owns[0] of task "api"`, `limits.agents`, `phases[1]`. */
function describePath(path: SpecPath, root: unknown): string {
  if (path.length === 0) return 'the campaign file';
  for (let length = path.length; length > 0; length -= 1) {
    const around = valueAt(root, path.slice(0, length));
    const id = ownText(around, 'id');
    if (id === null) continue;
    const inner = writePath(path.slice(length));
    return inner === '' ? `task "${id}"` : `${inner} of task "${id}"`;
  }
  return writePath(path);
}

function writePath(path: SpecPath): string {
  return path.map((step, index) => writeStep(step, index === 0)).join('');
}

function writeStep(step: string | number, isFirst: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  return isFirst ? step : `.${step}`;
}

function ownText(value: unknown, key: string): string | null {
  const text = valueAt(value, [key]);
  return typeof text === 'string' ? text : null;
}
