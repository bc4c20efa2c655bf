/** `'12.50'` is 1250 cents. */
export function parseAmount(text) {
  return Math.round(Number(text) * 100);
}
