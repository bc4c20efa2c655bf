import { fixture } from '../activities/turn-harness.js';
import { describeConformance } from './conformance.js';

describeConformance({
  name: 'command',
  agent: (behaviour) => ({ adapter: 'command', run: [process.execPath, fixture, 'command', behaviour] }),
  can: { auth: false, remembers: false },
});

describeConformance({
  name: 'claude-code, a stand-in',
  agent: (behaviour) => ({ adapter: 'claude-code', run: [process.execPath, fixture, 'claude', behaviour] }),
  can: { auth: true, remembers: true },
});
