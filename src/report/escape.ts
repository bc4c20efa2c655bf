/** What agents write is shown to people, so it is made harmless here, for each place where it is shown. */

/** Colours, cursor movements, and titles of windows: whole, so that nothing is left of them to read. */
function withoutSequences(text: string): string {
  return text
    .replace(/(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/gu, '')
    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/gu, '');
}

/**
 * One line of visible text: control characters (escape sequences of terminals among them), invisible format
 * characters (those that reverse the reading direction among them) and line breaks become spaces.
 */
export function plainLine(text: string): string {
  return withoutSequences(text)
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim();
}

/** A line of a log as it was printed, its indentation too, without what could steer a terminal; colours are left out. */
export function plainLogLine(line: string): string {
  return withoutSequences(line)
    .replace(/\t/gu, '    ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ')
    .trimEnd();
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For the text and the quoted attributes of HTML and SVG. Keeps line breaks, loses other control characters. */
export function escapeHtml(text: string): string {
  return withoutSequences(text)
    .replace(/\r\n?/gu, '\n')
    .replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}]/gu, '')
    .replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}

/** For a line of Markdown, or a cell of a table in it: no markup, no HTML, no image, no link. */
export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replace(/[&<>]/gu, (character) => ENTITIES[character] ?? '')
    .replace(/[\\`*_[\]|~]/gu, '\\$&')
    .replace(/^[-+=#]/u, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/u, '$1\\$2')
    .replace(/:\/\//gu, '&#58;//')
    .replace(/\bwww\./giu, 'www&#46;');
}

/** The text, or its beginning and `…`, in at most `length` UTF-16 code units; never half a character. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, Math.max(0, length - 1)).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
