import type { CampaignBrief } from '../core/brief.js';
import type { Activities, TaskInput } from '../core/ports.js';
import { createBriefReader, taskOf } from './brief-file.js';
import { makeCheckpoint, type TaskAt } from './checkpoint.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';
import { verifyCommit } from './verify.js';
import { prepare } from './worktree.js';

/** Each word is an event of the campaign's history: checks that are over before say nothing. */
const FIRST_WORD_MS = 2_000;

/** What is done in, and with, one task's worktree. */
export function createWorktreeActivities(
  deps: ActivityDeps,
  firstWordMs = FIRST_WORD_MS,
): Pick<Activities, 'prepareWorktree' | 'checkpoint' | 'verify'> {
  const readBrief = createBriefReader(deps.home);
  const place = async ({ campaign, order }: TaskInput): Promise<TaskAt> => {
    const brief: CampaignBrief = await readBrief(campaign, order.briefDigest);
    return { home: deps.home, brief, task: taskOf(brief, order.task), order };
  };
  return {
    prepareWorktree: async (input) => {
      const at = await place(input);
      return withHeartbeat((signal) => prepare(deps, at, signal));
    },
    checkpoint: async (input) => {
      const at = await place(input);
      return withHeartbeat(() => makeCheckpoint({ ...at, turn: input.turn }));
    },
    verify: async (input) => {
      const at = await place(input);
      const { task, gen } = input.order;
      // Shown to people; its checks may take as long as a turn.
      const note = { task, gen, step: 'verifying', session: null, percent: null, note: null } as const;
      const late = setTimeout(() => void deps.campaigns.progress(input.campaign, note), firstWordMs);
      return withHeartbeat((signal) => verifyCommit(deps, { ...at, commit: input.commit }, signal)).finally(
        () => clearTimeout(late),
      );
    },
  };
}
