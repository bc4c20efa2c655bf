import { isMap, isScalar, parseDocument } from 'yaml';

/** What stands above a role's instructions, by its keys. */
export interface FrontMatter {
  /** In the order in which they are written. */
  readonly keys: readonly string[];
  /** As YAML reads it, or the rest of the line where the whole is no YAML; undefined where it is not there. */
  readonly valueOf: (key: string) => unknown;
}

/** Real files often hold descriptions that are not YAML (`use when: …`); Claude Code reads those by line, as we do. */
export function readFrontMatter(text: string): FrontMatter {
  return readYaml(text) ?? readLines(text);
}

function readYaml(text: string): FrontMatter | null {
  try {
    const document = parseDocument(text, { prettyErrors: false });
    const { contents } = document;
    if (document.errors.length > 0 || !isMap(contents)) return null;
    const values = new Map<string, unknown>();
    for (const { key, value } of contents.items) {
      if (!isScalar(key) || typeof key.value !== 'string') return null;
      values.set(
        key.value,
        isScalar(value) ? value.value : plain(document.toJS({ maxAliasCount: 100 }), key.value),
      );
    }
    return { keys: [...values.keys()], valueOf: (key) => values.get(key) };
  } catch {
    // The parser recurses; a file nested so deeply is read by line.
    return null;
  }
}

function plain(root: unknown, key: string): unknown {
  return (root as Readonly<Record<string, unknown>>)[key];
}

function readLines(text: string): FrontMatter {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value = ''] = /^([A-Za-z][\w-]*):(.*)$/.exec(line) ?? [];
    if (key !== undefined && !values.has(key)) values.set(key, value.trim());
  }
  return { keys: [...values.keys()], valueOf: (key) => values.get(key) };
}
