import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/graphiql/',
  logLevel: 'warn',
  worker: { format: 'es' },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
  build: {
    outDir: here('../dist/graphiql'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 8_000,
    // Its parts are marked for servers that render React, which this page does not.
    rolldownOptions: { onLog: (level, log, handle) => { if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log); } },
  },
});
