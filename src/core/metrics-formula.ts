/** Every metric with its formula, once: docs/metrics.md has the same table, and a test holds it to this. */
import type { Metrics } from './metrics.js';

export const METRIC_FORMULAS: Readonly<Record<keyof Metrics, string>> = {
  makespanMs: 'from the campaign’s start to its end; while it runs, to the end of its last span',
  sequentialMs:
    'the turns of accepted attempts, one after another. Accepted is the last attempt of a task that ended done, or has not ended yet; every other one is lost',
  atOnce:
    'n: the turns that can run at once: the lower of the number of lanes and `limits.agents` (as `longhaul set` left it)',
  speedup: 'sequentialMs / makespanMs',
  parallelShare:
    'p: the share of sequentialMs in which at least two tasks overlap, were each to start as soon as its needs end, with agents without number',
  amdahlBound: '1 / ((1 - p) + p / n)',
  efficiency: 'sequentialMs / (n x makespanMs). A plan’s, and each row of `plan --agents`, is the same',
  utilisation: 'the mean of the lanes’ utilisation',
  lanes:
    'of each lane: busy = the time in which a turn or its verification was on it; idle = makespanMs - busy; utilisation = busy / makespanMs',
  idleMs: 'the sum of the lanes’ idle time',
  verifyMs: 'the sum of all verifications',
  mergeMs: 'the sum of all merges',
  waitMs:
    'the time in which tasks that had started, and have ended, neither turned nor were verified or merged, summed',
  lost: 'by wait reason, the time in which a task neither turned nor was verified or merged, summed over the tasks',
  shareInParallel:
    'tasks that overlapped another one for at least half of their time / tasks that ran; 50 % and more is good',
  tasks: 'all tasks of the campaign',
  turns: 'all turns that began',
  retries:
    'turns = those that came after one that was not good enough, in the same attempt or the next (one that follows an interruption, a limit or an answered blocker is none); rework = the time of those within an accepted attempt; lost = the time of all turns of lost attempts; cost = that of both',
  done: 'tasks that ended done',
  failed: 'tasks that ended failed',
  retried: 'tasks with a second attempt, or with a turn that came after one that was not good enough',
  successRate: 'done / (done + failed)',
  throughputPerHour: 'done / makespan in hours',
  verificationPassRate: 'verifications that passed / verifications',
  conflictRate: 'merges that found a conflict / merges that were tried',
  cost: 'the sum of what turns told; a lower bound where some did not tell',
  criticalPath:
    'back from the span that ended last, each time to what ended last among its own earlier spans, its needs, the span before it on its lane or in integration, and its group',
  byAgent:
    'of the tasks of each agent: tasks, done, failed, retried, turns, sequentialMs, the rates, lost and cost; atOnce, utilisation and idleMs of its own lanes; activeMs = the time in which at least one of them turned or was verified; speedup = sequentialMs / activeMs; parallelShare, amdahlBound, efficiency and shareInParallel as above, of these tasks',
  byRole:
    'the same of the tasks of each role. It has no lanes of its own: its n is the lower of its limit, `limits.agents` and the lanes that its tasks may have; utilisation = busy / (n x makespanMs), idleMs = n x makespanMs - busy',
  costByTask: 'cost, of each task',
  costByAgent: 'cost, of the tasks of each agent',
  costByPhase: 'cost, of the tasks of each phase',
};
