/** Runs `ensureUp` as a process of its own, for tests of two at once: `up-process HOME`; prints what it got as JSON. */
import { homePaths } from '../../src/core/home.js';
import { ensureUp } from '../../src/server/up.js';

const up = await ensureUp({
  home: homePaths(process.argv[2] ?? ''),
  onStep: (text) => console.error(text),
  isBusy: () => Promise.resolve(true),
});
console.log(JSON.stringify(up));
