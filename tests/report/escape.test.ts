import { expect, test } from 'vitest';
import { escapeHtml, plainLine, plainLogLine } from '../../src/report/escape.js';

test.each([
  ['    at run (x.js:1)  ', '    at run (x.js:1)'],
  ['\u001b[31m\u001b[1mred\u001b[0m\ttab', 'red    tab'],
  ['\u001b]0;title\u0007x\u202Ey\r', 'x y'],
  ['\u001b]0;without an end', ' ]0;without an end'],
])('a log line keeps its indentation and loses what steers a terminal: %j', (line, shown) => {
  expect(plainLogLine(line)).toBe(shown);
});

test.each([
  ['\u001b[31mfailed\u001b[39m:\n  1 test', 'failed: 1 test'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
])('of a sequence for a terminal nothing is left to read: %j', (text, shown) => {
  expect(plainLine(text)).toBe(shown);
});

test('nor in HTML', () => {
  expect(escapeHtml('\u001b[31m<b>\u001b[39m')).toBe('&lt;b&gt;');
});
