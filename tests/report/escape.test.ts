import { expect, test } from 'vitest';
import { plainLogLine } from '../../src/report/escape.js';

test.each([
  ['    at run (x.js:1)  ', '    at run (x.js:1)'],
  ['\u001b[31m\u001b[1mred\u001b[0m\ttab', 'red    tab'],
  ['\u001b]0;title\u0007x\u202Ey\r', ' ]0;title x y'],
])('a log line keeps its indentation and loses what steers a terminal: %j', (line, shown) => {
  expect(plainLogLine(line)).toBe(shown);
});
