/** What a turn achieved: a value, never an error. */
/** A turn that ended badly by its own doing, and may have left work worth a look. */
export function isCutShort({ outcome, failure }: { outcome: Outcome; failure: Failure | null }): boolean {
  return outcome === 'timed-out' || (outcome === 'failed' && failure?.class === 'agent-error');
}

export type Outcome = 'done' | 'blocked' | 'capped' | 'interrupted' | 'timed-out' | 'failed';

/** The class of a failure decides what happens next (core/attempt.ts, docs/state-machine.md). */
export type FailureClass =
  | 'transient'
  /** Does not pass by itself, and no agent can mend it: a person is asked at once. */
  | 'lasting'
  | 'rate-limited'
  | 'usage-limit'
  /** It used up what it had reserved of the campaign's own budgets. */
  | 'cap'
  | 'auth'
  | 'rejected'
  | 'stalled'
  | 'timed-out'
  | 'agent-error'
  | 'spec';

export interface Failure {
  readonly class: FailureClass;
  /** For a person; at most 2,000 characters. */
  readonly message: string;
  /** The same failure has the same signature (short hash, `<class>:<hash>`): three in a row stop the retries. */
  readonly signature: string;
  /** When the account's limit is lifted, epoch ms; only usage-limit, and null when the vendor did not say. */
  readonly resetAtMs: number | null;
  /** The vendor's own delay; only rate-limited. */
  readonly retryAfterMs: number | null;
  /** Name of an artifact (relative to the task's artifact folder) with the evidence, for the next prompt. */
  readonly evidence: string | null;
}

/** Sums of one turn. `costUsd` is null when the program does not tell. */
export interface Usage {
  readonly inputTokens: number;
  /** Those of the input that came from the vendor's cache; left out where the program does not tell. */
  readonly cachedInputTokens?: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
}

/** In rising order. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What a blocker may say besides; each is left out where it is not said. */
export interface BlockerDetails {
  /** Once this task is done, it is answered. */
  readonly blockingTask?: string;
  /** What the agent does meanwhile; at most 1,000 characters, as the impact. */
  readonly workaround?: string;
  /** When an answer comes too late, epoch ms. */
  readonly neededByMs?: number;
  /** What happens without an answer. */
  readonly impact?: string;
}

/** What an agent says when it can't get past something. */
export interface BlockerReport extends BlockerDetails {
  readonly severity: Severity;
  /** At most 2,000 characters. */
  readonly description: string;
  /** With `wait` the turn ends, the lane is freed, and the answer resumes the session. */
  readonly wait: boolean;
  /** The agent's program asks whether it may do something: the next turn is told that this is what was answered. */
  readonly permission?: true;
}
