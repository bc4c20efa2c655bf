/** Starts a program that would run for long, to be killed then. Argument: a folder for its files. */
import { writeFileSync } from 'node:fs';
import { startProgram } from '../../src/activities/process.js';

const [folder = ''] = process.argv.slice(2);
const { identity } = startProgram({
  program: 'sh',
  args: ['-c', 'sleep 300'],
  cwd: folder,
  env: { PATH: process.env['PATH'] ?? '' },
  stdin: null,
  stdoutFile: `${folder}/left.out`,
  stderrFile: `${folder}/left.err`,
  orderFile: `${folder}/left.order`,
  onLine: () => undefined,
  outliveMs: 2_000,
});
// Not before its guard is there too.
writeFileSync(`${folder}/left.pid`, String(identity?.pid));
setInterval(() => undefined, 1_000);
