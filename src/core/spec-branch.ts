/** Branch names: the template that makes them, and git's rules for them (git help check-ref-format). */
export const DEFAULT_BRANCH_TEMPLATE = 'longhaul/{campaign}/{role}/{task}';
const BRANCH_PLACEHOLDERS = ['campaign', 'role', 'task'] as const;

type BranchParts = Readonly<Record<(typeof BRANCH_PLACEHOLDERS)[number], string>>;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Placeholders of the template that Longhaul does not know. */
export function unknownPlaceholders(template: string): readonly string[] {
  const known: readonly string[] = BRANCH_PLACEHOLDERS;
  return [...template.matchAll(PLACEHOLDER)]
    .map((match) => match[1] ?? '')
    .filter((name) => !known.includes(name));
}

export function fillBranchTemplate(template: string, parts: BranchParts): string {
  return template.replace(PLACEHOLDER, (whole, name: string) =>
    name === 'campaign' || name === 'role' || name === 'task' ? parts[name] : whole,
  );
}

/** The campaign's own branch: always one tested commit. */
export function campaignBranchOf(campaign: string): string {
  return `longhaul/${campaign}/main`;
}

// File systems hold 255 bytes per name, and git appends `.lock`.
const LONGEST_PART = 250;

const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]/;

/** Why git would refuse this as a branch name; null where it would not. */
export function refNameFault(name: string): string | null {
  if (name === '' || name === '@' || name === 'HEAD') return 'is no name of a branch';
  if (name.startsWith('-')) return 'begins with "-"';
  const bad = FORBIDDEN.exec(name)?.[0];
  if (bad !== undefined)
    return bad <= ' ' || bad === '\u007f' ? 'has a blank or control character' : `has "${bad}"`;
  for (const sequence of ['..', '@{', '//']) if (name.includes(sequence)) return `has "${sequence}"`;
  if (/^\/|[/.]$/.test(name)) return 'begins or ends with "/", or ends with "."';
  return partFault(name.split('/'));
}

function partFault(parts: readonly string[]): string | null {
  for (const part of parts) {
    if (part.startsWith('.')) return `has a part that begins with ".": "${part}"`;
    if (part.toLowerCase().endsWith('.lock')) return `has a part that ends with ".lock": "${part}"`;
    if (part.length > LONGEST_PART) return `has a part longer than ${LONGEST_PART} characters`;
  }
  return null;
}

/**
 * Can't the two branches exist side by side? Git keeps branches as files, so one must not be a folder of the other,
 * and some file systems ignore case.
 */
export function branchesClash(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Finds what clashes among many branches; of several, what was added first. */
export class BranchTree<T> {
  private readonly ends = new Map<string, T>();
  /** By each folder of a branch, the first one in it. */
  private readonly inside = new Map<string, T>();

  add(branch: string, value: T): void {
    const [whole, ...folders] = beginningsOf(branch);
    if (whole !== undefined && !this.ends.has(whole)) this.ends.set(whole, value);
    for (const folder of folders) if (!this.inside.has(folder)) this.inside.set(folder, value);
  }

  /** As branchesClash says: the same, the folder of another, or in the folder that another is. */
  findClash(branch: string): T | null {
    const [whole = '', ...folders] = beginningsOf(branch);
    const found = [whole, ...folders].map((beginning) => this.ends.get(beginning));
    return found.find((value) => value !== undefined) ?? this.inside.get(whole) ?? null;
  }
}

/** `a/b/c` -> `a/b/c`, `a/b`, `a`; without case. */
function beginningsOf(branch: string): readonly string[] {
  const parts = branch.toLowerCase().split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}
