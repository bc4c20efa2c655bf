import { isRecord, numberOf, textOf, type PublishSaid } from './adapter.js';

const MOST_FILES = 50;
const LONGEST_PATH = 300;
const LONGEST_NAME = 100;
const LONGEST_NOTE = 1_000;

/** From an agent's own words: what does not fit is left out, and the campaign tells it what was not understood. */
export function readPublish(what: PublishSaid['what'], value: unknown): PublishSaid {
  const said = isRecord(value) ? value : {};
  const files: readonly unknown[] = Array.isArray(said.files) ? said.files : [];
  return {
    what,
    name: what === 'draft' ? '' : wordOf(said.name),
    version: wordOf(said.version),
    files: files
      .flatMap((file) => (typeof file === 'string' && file !== '' ? [file.slice(0, LONGEST_PATH)] : []))
      .slice(0, MOST_FILES),
    note: (textOf(said.note) ?? '').trim().slice(0, LONGEST_NOTE),
  };
}

/** One line; a version may be written as a number. */
function wordOf(value: unknown): string {
  const text = textOf(value) ?? String(numberOf(value) ?? '');
  return text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME);
}
