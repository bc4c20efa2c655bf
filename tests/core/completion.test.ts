import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCompletion } from '../../src/agents/completion-report.js';
import { compareCompletion } from '../../src/core/completion.js';

const good = { isAccepted: true, tests: 'pass', missing: [] } as const;

describe('what an agent claims at its end', () => {
  it('is read from whatever it says, within bounds, and never objected to where it claims nothing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (said, isAccepted) => {
        const completion = readCompletion(said);
        expect(JSON.parse(JSON.stringify(completion))).toEqual(completion);
        const claims = completion.readyForMerge !== null || completion.testResults.failed !== null;
        const differences = compareCompletion(completion, {
          ...good,
          isAccepted,
          tests: isAccepted ? 'pass' : 'fail',
        });
        if (!claims) expect(differences).toEqual([]);
      }),
    );
  });

  it('is compared with what was found', () => {
    const said = readCompletion({
      deliverables: ['./src/a.ts', 'src/b.ts'],
      testResults: { passed: 12, failed: 0 },
      readyForMerge: true,
    });
    expect(said.deliverables).toEqual(['src/a.ts', 'src/b.ts']);
    expect(compareCompletion(said, good)).toEqual([]);
    expect(compareCompletion(said, { isAccepted: false, tests: 'fail', missing: ['src/b.ts'] })).toEqual([
      'it says that no test fails and 12 pass, and that it is ready to be merged; it was rejected',
      'it names src/b.ts as made, which is not in its work',
    ]);
    // Rejected for something else.
    expect(compareCompletion(said, { ...good, isAccepted: false })).toEqual([
      'it says that it is ready to be merged; it was rejected',
    ]);
    const modest = readCompletion({ testResults: { failed: 2 } });
    expect(compareCompletion(modest, good)).toEqual([
      'it says that 2 of its tests fail; the commands that verify it pass',
    ]);
    expect(compareCompletion(modest, { ...good, tests: 'none' })).toEqual([]);
  });
});
