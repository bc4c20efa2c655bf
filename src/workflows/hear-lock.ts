/** What agents say of locks, and who wants to know. */
import { setHandler } from '@temporalio/workflow';
import type { LockRequest } from '../core/lock.js';
import { viewLocks } from '../core/lock-view.js';
import { fieldsOf, textOf, type Hearer } from './hearer.js';
import * as messages from './messages.js';

const MOST_PATHS = 20;
const LONGEST_PATH = 300;
const LONGEST_ID = 100;
const LONGEST_REASON = 500;
const MOST_PRIORITY = 1_000;

export function hearLocks(run: Hearer): void {
  setHandler(
    messages.requestLockSignal,
    (input) => {
      const { key, task, gen, request } = fieldsOf(input);
      const asked = readRequest(request);
      if (textOf(key) === '' || asked === null) return;
      const said = { key: textOf(key), task: textOf(task), gen: typeof gen === 'number' ? gen : 0 };
      run.take({ event: 'lockAsked', atMs: Date.now(), ...said, request: asked });
    },
    {
      description:
        'An agent asks for a lock in the middle of its turn: { key, task, gen, request: { id, paths, mode, reason, estimateMs, priority, wait } }.',
    },
  );
  setHandler(
    messages.releaseLockSignal,
    (input) => {
      const { key, task, id, changesMade } = fieldsOf(input);
      if (textOf(key) === '' || textOf(id) === '') return;
      const said = {
        key: textOf(key),
        task: textOf(task),
        id: textOf(id),
        changesMade: changesMade !== false,
      };
      run.take({ event: 'lockReleased', atMs: Date.now(), ...said });
    },
    {
      description:
        'A lock is given back, or no longer waited for: { key, task, id, changesMade }. With changes made it is held until they are merged.',
    },
  );
  setHandler(
    messages.locksQuery,
    (filter) => viewLocks(run.plan, run.state, textOf(fieldsOf(filter).task) || null),
    {
      description:
        'Who holds which paths and until when, and who waits for them: of { "task": … }, or of all.',
    },
  );
}

/** A signal may come from anybody: what is no request is passed over, since an error would stop the campaign for good. */
function readRequest(input: unknown): LockRequest | null {
  const { id, paths, mode, reason, estimateMs, priority, wait } = fieldsOf(input);
  const name = textOf(id).slice(0, LONGEST_ID);
  if (name === '') return null;
  const globs: readonly unknown[] = Array.isArray(paths) ? paths : [];
  return {
    id: name,
    paths: globs
      .flatMap((glob) => (typeof glob === 'string' && glob !== '' ? [glob.slice(0, LONGEST_PATH)] : []))
      .slice(0, MOST_PATHS),
    mode: mode === 'shared' || mode === 'intent' ? mode : 'exclusive',
    reason: textOf(reason).slice(0, LONGEST_REASON),
    estimateMs: numberOf(estimateMs, Number.MAX_SAFE_INTEGER),
    priority: numberOf(priority, MOST_PRIORITY),
    wait: wait === 'no' || wait === 'end' ? wait : 'yes',
  };
}

function numberOf(value: unknown, most: number): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Math.min(Math.max(value, -most), most);
}
