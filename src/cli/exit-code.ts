/** The one map from how a command ended to its exit code (docs/commands.md). */
import { CommanderError } from 'commander';
import type { CampaignStateName } from '../core/status.js';

export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  specRefused: 3,
  tasksFailed: 4,
  cancelled: 5,
  /** Ctrl-C: the campaign goes on. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A spec with problems; they were all shown already. */
export class SpecRefusedError extends Error {
  override readonly name = 'SpecRefusedError';
}

export function exitCodeOfCampaign(state: CampaignStateName): ExitCode {
  switch (state) {
    case 'failed':
      return EXIT.tasksFailed;
    case 'cancelled':
      return EXIT.cancelled;
    case 'done':
    case 'running':
    case 'paused':
      return EXIT.done;
  }
}

export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof SpecRefusedError) return EXIT.specRefused;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  return EXIT.error;
}
