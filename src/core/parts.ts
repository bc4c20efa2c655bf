/**
 * A value that may be too large for one payload (256 KiB) travels as several: its JSON text, cut into pieces. A small one
 * travels as it is, so that people can read it in the Temporal UI. Each piece is compressed by itself.
 */

/** Stands in the place of the value, whose text follows in so many pieces. */
export interface Cut {
  readonly parts: number;
}

/** What a message or workflow takes: the value, or that it was cut, and the pieces. */
export type InParts<T> = [T] | [Cut, ...string[]];

/** In characters: so few that no text that people or programs write has more than 256 KiB once it is compressed. */
export const PART_LENGTH = 120_000;

export function cutValue<T>(value: T): InParts<T> {
  const text = JSON.stringify(value);
  if (text.length <= PART_LENGTH) return [value];
  const parts = Array.from({ length: Math.ceil(text.length / PART_LENGTH) }, (_, index) =>
    text.slice(index * PART_LENGTH, (index + 1) * PART_LENGTH),
  );
  return [{ parts: parts.length }, ...parts];
}

/** The way back. Throws where pieces are missing. */
export function joinValue<T extends object>([first, ...texts]: InParts<T>): T {
  if (!isCut(first)) return first;
  if (first.parts !== texts.length)
    throw new Error(`expected ${first.parts} parts of a value that was cut, but ${texts.length} came`);
  // Only cutValue makes these texts, of a T.
  return JSON.parse(texts.join('')) as T;
}

export function isCut(value: object): value is Cut {
  return 'parts' in value;
}
