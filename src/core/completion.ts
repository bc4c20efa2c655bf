/** What an agent says that its task came to: a claim, and not a verdict. Kept with the turn, and compared with what was found. */
export interface Completion {
  readonly summary: string;
  /** Paths in the repository. */
  readonly deliverables: readonly string[];
  /** Null where it does not say. */
  readonly testResults: {
    readonly passed: number | null;
    readonly failed: number | null;
    /** Percent. */
    readonly coverage: number | null;
  };
  readonly readyForReview: boolean | null;
  readonly readyForMerge: boolean | null;
  readonly findings: readonly NoticedFinding[];
  readonly notes: string;
}

interface NoticedFinding {
  /** Empty where it is of no one file. */
  readonly file: string;
  readonly line: number | null;
  readonly severity: string;
  readonly text: string;
}

/** What the verification knows of it. */
export interface FoundOfCompletion {
  readonly isAccepted: boolean;
  /** What the commands that verify it came to, whatever else was wrong; `none` where it has none. */
  readonly tests: 'pass' | 'fail' | 'none';
  /** Deliverables that are not in the commit. */
  readonly missing: readonly string[];
}

const MOST_DIFFERENCES = 20;
const LONGEST_DIFFERENCE = 300;

/** Where the claim and what was found do not agree, for people. */
export function compareCompletion(completion: Completion, found: FoundOfCompletion): readonly string[] {
  const { passed, failed } = completion.testResults;
  const says = [
    ...(failed === 0 && found.tests === 'fail'
      ? [`that no test fails${passed === null ? '' : ` and ${passed} pass`}`]
      : []),
    ...(completion.readyForMerge === true ? ['that it is ready to be merged'] : []),
  ];
  const differences = [
    ...(says.length > 0 && !found.isAccepted ? [`it says ${says.join(', and ')}; it was rejected`] : []),
    ...(failed !== null && failed > 0 && found.isAccepted && found.tests === 'pass'
      ? [`it says that ${failed} of its tests fail; the commands that verify it pass`]
      : []),
    ...found.missing.map((path) => `it names ${path} as made, which is not in its work`),
  ];
  return differences.map((text) => text.slice(0, LONGEST_DIFFERENCE)).slice(0, MOST_DIFFERENCES);
}
