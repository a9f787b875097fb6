import { defineConfig } from 'vitest/config';

// Ten processes take their time to start.
const isMany = process.env.SHAPE === 'many';

// Server tests: real MariaDB and Redis (TEST_DATABASE_URL, TEST_REDIS_URL), each file in databases of its own.
export default defineConfig({
  // Node resolves `graphql` to its CommonJS build; Vite would give our files a second copy of it.
  resolve: { alias: [{ find: /^graphql$/, replacement: new URL('../../node_modules/graphql/index.js', import.meta.url).pathname }] },
  test: {
    root: new URL('../../', import.meta.url).pathname,
    include: ['schema/**/*.test.ts', 'subgraphs/**/*.test.ts', 'gateway/**/*.test.ts', 'ops/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.browser.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Loading the modules takes longer than most files: each worker loads them once.
    isolate: false,
    // For a machine that others use and that stands still now and then: what is waited for comes, or never does.
    testTimeout: 60_000,
    hookTimeout: isMany ? 240_000 : 120_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});
