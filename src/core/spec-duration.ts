export const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$';
const DURATION = new RegExp(DURATION_PATTERN);
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const LONGEST_MS = 365 * 86_400_000;

/** `30m`, `1h30m`, `1.5h` -> whole milliseconds; null where it is no duration between 1 ms and 365 days. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  let sumMs = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h|d)/g)) {
    sumMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  const ms = Math.round(sumMs);
  return ms >= 1 && ms <= LONGEST_MS ? ms : null;
}

/** `1h30m`, as a spec has it; no part smaller than a second, unless there is no other. */
export function writeDuration(durationMs: number): string {
  let left = durationMs < 1000 ? Math.round(durationMs) : Math.round(durationMs / 1000) * 1000;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const unitMs = UNIT_MS[unit] ?? 1;
    const amount = Math.floor(left / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * unitMs;
  }
  return text === '' ? '0s' : text;
}
