import type { ToolServer } from '../src/activities/deps.js';

/** For tests of what has nothing to do with tools. */
export const noTools: ToolServer = {
  url: 'http://127.0.0.1:9/mcp',
  open: () => ({ token: 'none', close: () => undefined }),
  close: () => Promise.resolve(),
};
