/** What an agent asked to publish, and what an activity made of it. */
export interface PublishRequest {
  readonly what: 'contract' | 'draft';
  /** The contract's name; empty for a draft. */
  readonly name: string;
  /** In the agent's own words, at most 100 characters; empty where it does not say. */
  readonly version: string;
  /** At most 50 of them. */
  readonly files: readonly string[];
  /** At most 1,000 characters. */
  readonly note: string;
  /** The files, as a commit in the mirror; null where there are none, or `problem` says why not. */
  readonly commit: string | null;
  readonly problem: string | null;
}

/** Accepted, and not merged yet. */
export interface Publication extends PublishRequest {
  readonly key: string;
  readonly task: string;
  readonly gen: number;
  /** Tries that failed for want of infrastructure. */
  readonly tries: number;
  readonly notBeforeMs: number;
}

/** The newest version that is merged, and how many there were. */
export interface PublishedVersion {
  readonly version: string;
  readonly commit: string | null;
  readonly count: number;
  /** Versions that reviewers refused since a person last said something about it. */
  readonly refused: number;
  /** What those who work with it are told once all reviewers approve; null where they know. */
  readonly news: string | null;
}
