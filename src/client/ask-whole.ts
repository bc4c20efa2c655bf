import { isCut, joinValue } from '../core/parts.js';
import type { Answer, Piece } from '../workflows/messages.js';

/** The workflow keeps the pieces of some answers only, and forgets them when its worker does. */
const MOST_TRIES = 5;

/** Asks a query whose answer may come in pieces, and puts them together. */
export async function askWhole<T extends object>(ask: (piece?: Piece) => Promise<Answer<T>>): Promise<T> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const first = await ask();
    if (first === null || typeof first === 'string')
      throw new Error('the campaign answered with a piece, though the whole was asked for');
    if (!isCut(first)) return first;
    const texts = await askPieces(ask, first);
    if (texts !== null) return joinValue<T>([first, ...texts]);
  }
  throw new Error(`the campaign's answer was gone before all of it had come, ${MOST_TRIES} times`);
}

async function askPieces<T extends object>(
  ask: (piece?: Piece) => Promise<Answer<T>>,
  { parts, revision }: { readonly parts: number; readonly revision: number },
): Promise<readonly string[] | null> {
  const texts: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    const text = await ask({ revision, part });
    if (typeof text !== 'string') return null;
    texts.push(text);
  }
  return texts;
}
