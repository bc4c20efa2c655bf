import type { LockStatus } from '../../src/core/status.js';

/** A lock that `api` waits for, since `web` holds a part of it. */
export const queuedLock: LockStatus = {
  lock: 'l1',
  task: 'api',
  id: 'k1',
  paths: ['src/**'],
  mode: 'exclusive',
  state: 'queued',
  reason: '',
  askedAt: '2026-01-01T00:00:00Z',
  grantedAt: null,
  expiresAt: null,
  expectedReleaseAt: null,
  owners: [{ task: 'web', path: 'src/a/**', mode: 'exclusive', expectedReleaseAt: null }],
  expectedAt: null,
  why: '',
  freePaths: [],
  readyTasks: [],
};
