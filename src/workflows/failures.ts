/** Errors of the plumbing, as facts that the core can weigh. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { Failure } from '../core/turn.js';

/** An activity that Temporal gave up on: the infrastructure broke, the agent did nothing wrong. */
export function failureOf(error: unknown): Failure {
  const message = reasonOf(error);
  return {
    class: 'transient',
    message: message.slice(0, 2_000),
    signature: 'transient:activity',
    resetAtMs: null,
    retryAfterMs: null,
    evidence: null,
  };
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
