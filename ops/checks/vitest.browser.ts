import { defineConfig } from 'vitest/config';

// Browser tests: the whole system and a real Chromium (CHROMIUM_PATH, CHROMIUM_ARGS). Two files at a time: each waits for its
// screen more than it computes.
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    include: ['ops/e2e/**/*.browser.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
});
