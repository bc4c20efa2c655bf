/** A line that an agent program printed, as a person reads it: the `command` protocol and Claude Code's stream. */

type Fields = Readonly<Record<string, unknown>>;

/** Null for a line that says nothing to a person. A line that is not JSON is log, and stays as it is. */
export function describeAgentLine(line: string): string | null {
  const said = parseFields(line);
  if (said === null) return line.trim() === '' ? null : line;
  const describe = typeof said['type'] === 'string' ? describers[said['type']] : undefined;
  return describe === undefined ? null : describe(said);
}

const describers: Readonly<Record<string, (said: Fields) => string | null>> = {
  progress: (said) => joinWords([numberWord(said['percent'], '%'), textOf(said['note'])]),
  blocker: (said) => joinWords([`blocker (${textOf(said['severity'])}):`, textOf(said['description'])]),
  usage: () => null,
  limit: (said) =>
    joinWords(['usage limit', said['resetAt'] === undefined ? '' : `until ${textOf(said['resetAt'])}`]),
  session: (said) => `session ${textOf(said['id'])}`,
  result: describeResult,
  assistant: (said) => describeMessage(said['message']),
  user: () => null,
};

function describeResult(said: Fields): string {
  const outcome = textOf(said['outcome']) || textOf(said['subtype']);
  return joinWords([`result: ${outcome}`, textOf(said['summary']) || textOf(said['result'])]) ?? '';
}

/** Claude Code: a message is a list of texts and of tools that it uses. */
function describeMessage(message: unknown): string | null {
  const content = isFields(message) ? message['content'] : null;
  if (!Array.isArray(content)) return null;
  const lines = content.filter(isFields).map((part) => {
    if (part['type'] === 'text') return textOf(part['text']);
    if (part['type'] === 'tool_use')
      return `→ ${textOf(part['name'])} ${toolTarget(part['input'])}`.trimEnd();
    return '';
  });
  return lines.filter((line) => line !== '').join('\n') || null;
}

/** What a tool was used on, in one line: the file, the command, the pattern. */
function toolTarget(input: unknown): string {
  if (!isFields(input)) return '';
  const first = ['file_path', 'command', 'pattern', 'path', 'url', 'description'].find(
    (key) => typeof input[key] === 'string',
  );
  const target = first === undefined ? '' : textOf(input[first]);
  return target.split('\n')[0]?.slice(0, 160) ?? '';
}

function parseFields(line: string): Fields | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberWord(value: unknown, unit: string): string {
  return typeof value === 'number' ? `${Math.round(value)} ${unit}` : '';
}

function joinWords(words: readonly string[]): string | null {
  return words.filter((word) => word !== '').join(' ') || null;
}
