/** Numbers and times as a person reads them; the same on every machine. */
import type { Cost } from '../core/metrics-cost.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `0.4s`, `42s`, `5m 07s`, `1h 05m`, `2d 03h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 10 * SECOND_MS - 50) return ms === 0 ? '0s' : `${(ms / SECOND_MS).toFixed(1)}s`;
  // Rounded before it is split, so that 59.9 s is "1m 00s" and never "60s".
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.round(ms / HOUR_MS);
  return `${Math.floor(hours / 24)}d ${pad(hours % 24)}h`;
}

/** A tick of a time axis: `0`, `30s`, `5m`, `1h 30m`, without parts that are zero. */
export function formatTick(ms: number): string {
  const parts = [
    [Math.floor(ms / DAY_MS), 'd'],
    [Math.floor((ms % DAY_MS) / HOUR_MS), 'h'],
    [Math.floor((ms % HOUR_MS) / MINUTE_MS), 'm'],
    [Math.round((ms % MINUTE_MS) / 100) / 10, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return shown.length === 0 ? '0' : shown.join(' ');
}

/** `$0.42`, `<$0.01`; an unknown cost is `?`, never zero. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return '?';
  if (usd > 0 && usd < 0.01) return '<$0.01';
  return `$${usd.toFixed(2)}`;
}

/** As formatUsd; a sum with an unknown part is a lower bound: `$0.42+`. */
export function formatCost(cost: Cost): string {
  if (cost.usd === null) return '?';
  return cost.complete ? formatUsd(cost.usd) : `${formatUsd(cost.usd)}+`;
}

/** `67 %` of 0.667. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `2.47x`, `2.2x`: at most two decimals. */
export function formatFactor(factor: number): string {
  return `${Number(factor.toFixed(2))}x`;
}

/** `2026-11-21 09:26:35 UTC` of an ISO 8601 time in UTC. */
export function formatInstant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `09:26 UTC`; with its date where that is another day than `nowMs`. */
export function formatClock(iso: string, nowMs: number): string {
  const clock = `${iso.slice(11, 16)} UTC`;
  return new Date(nowMs).toISOString().startsWith(iso.slice(0, 10)) ? clock : `${iso.slice(0, 10)} ${clock}`;
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
