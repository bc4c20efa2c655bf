/** Text for a terminal: columns of a known width, and colours that can be left out. */
import pico from 'picocolors';
import stringWidth from 'string-width';

export type Colours = ReturnType<typeof pico.createColors>;

export function createColours(colour: boolean): Colours {
  return pico.createColors(colour);
}

/** Columns that a plain line takes; wide characters take two. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Exactly `width` columns: cut with `…`, or filled with spaces. `text` has no colours yet. */
export function fit(text: string, width: number): string {
  const cut = cutToWidth(text, width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
}

/** At most `width` columns, with `…` where something is left out. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (width <= 0) return '';
  const characters = Array.from(text);
  // The longest beginning that fits, by halving: measuring is what costs.
  let fits = 0;
  let over = characters.length;
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (stringWidth(characters.slice(0, middle).join('')) <= width - 1) fits = middle;
    else over = middle;
  }
  return `${characters.slice(0, fits).join('').trimEnd()}…`;
}

/** Rows as columns that are as wide as their widest cell; the last column is free. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : fit(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
