/** Errors of the plumbing, as facts that the core can weigh. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { WORKTREE_GONE } from '../core/ports.js';
import type { Failure } from '../core/turn.js';

/** An activity that failed: the infrastructure broke, the agent did nothing wrong. */
export function failureOf(error: unknown): Failure {
  const message = reasonOf(error);
  const lasting = lastingCode(error);
  return {
    class: lasting === null ? 'transient' : 'lasting',
    message: message.slice(0, 2_000),
    signature: lasting === null ? 'transient:activity' : `lasting:${lasting}`,
    resetAtMs: null,
    retryAfterMs: null,
    evidence: null,
  };
}

/** What an activity says is not mended by trying again: then not by the core either, but for what the next order makes. */
function lastingCode(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || cause.nonRetryable !== true) return null;
  const code = cause.type ?? 'unknown';
  return code === WORKTREE_GONE ? null : code;
}

export function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The workflow that was signalled is not there, or the one that was started is there already. */
export function isThere(error: unknown): boolean {
  return error instanceof WorkflowExecutionAlreadyStartedError;
}

/** A refusal for the person who asked: it must not be retried, and its type names it (docs/errors.md). */
export function refuse(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
