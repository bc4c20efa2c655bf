import { describe, expect, test } from 'vitest';
import { cutText, escapeHtml, escapeMarkdown, plainLine } from '../../src/report/escape.js';
import {
  formatClock,
  formatCost,
  formatDuration,
  formatFactor,
  formatTick,
  formatUsd,
} from '../../src/report/format.js';

describe('numbers and times', () => {
  test.each([
    [0, '0s'],
    [400, '0.4s'],
    [9_940, '9.9s'],
    [9_960, '10s'],
    [42_000, '42s'],
    [59_900, '1m 00s'],
    [307_000, '5m 07s'],
    [3_599_800, '1h 00m'],
    [3_900_000, '1h 05m'],
    [86_399_000, '1d 00h'],
    [183_600_000, '2d 03h'],
    [-5, '0s'],
  ])('a duration of %i ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    [0, '0'],
    [30_000, '30s'],
    [300_000, '5m'],
    [5_400_000, '1h 30m'],
    [86_400_000, '1d'],
    [200, '0.2s'],
  ])('a tick at %i ms is %s', (ms, text) => expect(formatTick(ms)).toBe(text));

  test('an unknown cost is a question mark, and a sum with an unknown part says so', () => {
    expect(formatUsd(0.42)).toBe('$0.42');
    expect(formatUsd(0)).toBe('$0.00');
    expect(formatUsd(0.003)).toBe('<$0.01');
    expect(formatUsd(null)).toBe('?');
    expect(formatCost({ usd: null, complete: false })).toBe('?');
    expect(formatCost({ usd: 0.42, complete: false })).toBe('$0.42+');
  });

  test('a factor has at most two decimals', () => {
    expect(formatFactor(2.2)).toBe('2.2x');
    expect(formatFactor(370 / 150)).toBe('2.47x');
  });

  test('a clock time has its date on another day', () => {
    const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
    expect(formatClock('2026-11-21T13:30:00.000Z', nowMs)).toBe('13:30 UTC');
    expect(formatClock('2026-11-22T13:30:00.000Z', nowMs)).toBe('2026-11-22 13:30 UTC');
  });
});

describe('text by agents', () => {
  test('a plain line has no control, no invisible and no reversing characters', () => {
    expect(plainLine('a\u001b[2J\u0007b\r\nc\u2028d \u202eevil\u200b\u009b1m')).toBe('a b c d evil');
  });

  test('HTML keeps line breaks and loses markup', () => {
    expect(escapeHtml(`<script>"&'\n\u0000\u001b\u202ex`)).toBe('&lt;script&gt;&quot;&amp;&#39;\nx');
  });

  test.each([
    ['<img src=x onerror=y>', '&lt;img src=x onerror=y&gt;'],
    ['![x](http://evil)', '!\\[x\\](http&#58;//evil)'],
    ['a | b', 'a \\| b'],
    ['`code` *b* _i_', '\\`code\\` \\*b\\* \\_i\\_'],
    ['# head', '\\# head'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['1.9x', '1.9x'],
    ['=== line', '\\=== line'],
    ['a\n\n# b', 'a # b'],
    ['www.evil.example', 'www&#46;evil.example'],
  ])('Markdown %j is %j', (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));

  test('a cut never leaves half a character', () => {
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('abcd', 3)).toBe('ab…');
    expect(cutText('a😀bcd', 3)).toBe('a…');
  });
});
