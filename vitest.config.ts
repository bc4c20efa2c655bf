import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/global-setup.ts'],
    pool: 'forks',
    // Two cores are the smallest machine that we promise to work on; a campaign test keeps one busy.
    maxWorkers: 2,
    // Only the kill tests run side by side in one file: campaigns, each with a server and a worker of its own.
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
