import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The kill tests take as long as all others together: begun last, they would leave one of two cores idle. */
class KillsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const kills = sorted.filter(({ moduleId }) => moduleId.includes('/tests/kill/'));
    return [...kills, ...sorted.filter((file) => !kills.includes(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    pool: 'forks',
    // Two cores are the smallest machine that we promise to work on, and many tests wait for servers: a third file beside two
    // saved a tenth of the time there.
    maxWorkers: 3,
    // Only the kill tests run side by side in one file: campaigns, each with a server and a worker of its own.
    maxConcurrency: 2,
    sequence: { sequencer: KillsFirst },
    // Only to end what hangs: tests wait for events, and a busy machine may take ten times as long as ours.
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
