import { fixture } from '../activities/turn-harness.js';
import { describeConformance } from './conformance.js';

describeConformance({
  name: 'command',
  agent: (behaviour) => ({ adapter: 'command', run: [process.execPath, fixture, 'command', behaviour] }),
  can: { auth: false, remembers: false, prices: true, resets: true, logs: true },
});

describeConformance({
  name: 'claude-code, a stand-in',
  agent: (behaviour) => ({ adapter: 'claude-code', run: [process.execPath, fixture, 'claude', behaviour] }),
  can: { auth: true, remembers: true, prices: true, resets: true, logs: true },
});

describeConformance({
  name: 'codex, a stand-in',
  agent: (behaviour) => ({ adapter: 'codex', run: [process.execPath, fixture, 'codex', behaviour] }),
  can: { auth: true, remembers: true, prices: false, resets: true, logs: true },
});

describeConformance({
  name: 'acp, a stand-in',
  agent: (behaviour) => ({ adapter: 'acp', run: [process.execPath, fixture, 'acp', behaviour] }),
  can: { auth: true, remembers: true, prices: true, resets: false, logs: false },
});
