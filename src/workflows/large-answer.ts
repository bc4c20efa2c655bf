/** Answers of queries that may be too large for one payload: cut, and kept while they are fetched piece by piece. */
import { cutValue, isCut } from '../core/parts.js';
import type { Answer, Piece } from './messages.js';

/** Several people may look at once. */
const KEPT = 3;

interface Kept {
  readonly revision: number;
  readonly texts: readonly string[];
}

/** Not a part of the state: decisions never look at it. */
export class LargeAnswer<T extends object> {
  private kept: readonly Kept[] = [];

  answer(revision: number, asked: Piece | undefined, view: () => T): Answer<T> {
    if (asked !== undefined) return this.piece(asked);
    const [first, ...texts] = cutValue(view());
    if (!isCut(first)) return first;
    const others = this.kept.filter((each) => each.revision !== revision);
    this.kept = [{ revision, texts }, ...others].slice(0, KEPT);
    return { ...first, revision };
  }

  private piece({ revision, part }: Piece): string | null {
    return this.kept.find((each) => each.revision === revision)?.texts[part] ?? null;
  }
}
