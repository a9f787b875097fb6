import { defineConfig } from 'vitest/config';

// Browser tests: the whole system and a real Chromium (CHROMIUM_PATH, CHROMIUM_ARGS), one file at a time
// so that a slow machine does not turn a timeout into a failure.
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    include: ['ops/e2e/**/*.browser.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
});
