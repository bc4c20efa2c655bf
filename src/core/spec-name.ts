/** Names of campaigns, phases, groups, tasks, agents and roles: they become parts of branches, folders and workflow ids. */
export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]*$';
const NAME = new RegExp(NAME_PATTERN);
export const NAME_LENGTH = 60;

/** Records are looked up by name, so a name must not be one that every object has (`constructor`). */
export function isReserved(name: string): boolean {
  return name in {};
}

/** A name that a shell can give a variable. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

export function isName(text: string): boolean {
  return NAME.test(text) && text.length <= NAME_LENGTH && !isReserved(text);
}

/** The nearest allowed name, for a hint; null where nothing is left of the text, or the text is a reserved word. */
export function suggestName(text: string): string | null {
  const cleaned = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, NAME_LENGTH);
  return isName(cleaned) ? cleaned : null;
}
