/**
 * The vendors' own options, by the names that campaign files use: which there are stands beside each adapter, as a table
 * of what an option may be, and for most the flags that come of it.
 */
import type { OptionValue } from '../core/brief.js';

export type OptionForm =
  | { readonly is: 'word'; readonly of: readonly string[] }
  | { readonly is: 'count' }
  | { readonly is: 'text' }
  | { readonly is: 'texts' };

export interface OptionKind {
  readonly form: OptionForm;
}

export type OptionForms = Readonly<Record<string, OptionKind>>;

/** Of programs that are told by flags. A list comes with commas between its texts. */
export type OptionArgs = Readonly<
  Record<string, OptionKind & { readonly args: (value: string) => readonly string[] }>
>;

/** The flags of what was chosen, in the table's order. */
export function optionArgs(
  table: OptionArgs,
  chosen: Readonly<Record<string, OptionValue>>,
): readonly string[] {
  return Object.entries(table).flatMap(([name, { args }]) => {
    const value = chosen[name];
    return value === undefined ? [] : args(Array.isArray(value) ? value.join(',') : String(value));
  });
}

/** What it must be, as a message goes on after the option's name; null where it is that. */
export function faultOfOption({ form }: OptionKind, value: unknown): string | null {
  switch (form.is) {
    case 'word':
      return form.of.some((word) => word === value) ? null : `must be one of ${form.of.join(', ')}`;
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value > 0
        ? null
        : 'must be a whole number from 1 on';
    case 'text':
      return typeof value === 'string' && value !== '' ? null : 'must be a text';
    case 'texts':
      return isTexts(value) ? null : 'must be a list of texts';
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string');
}
