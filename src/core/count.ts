/** `1 branch`, `3 branches`; the plural is the noun with an s where none is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
