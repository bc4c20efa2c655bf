/** Something wrong with a spec or a call, as a value: many can be told at once, each with the way out. */
export interface Problem {
  /** Stable, documented in docs/errors.md: `spec/unknown-key`, `repository/shallow`, … */
  readonly code: string;
  /** Names the thing, what was expected and what came. One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly where?: Place;
  readonly severity: 'problem' | 'warning';
}

/** A place in a file; `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A problem on its way to whoever can show it: what a command can't do, and what to do about it. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    options?: { cause?: unknown },
  ) {
    super(problem.message, options);
    this.name = 'ProblemError';
  }
}
