import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Two builds into one folder: the chat frame (a page of its own) and, in mode `loader`, the embed script,
// which must be a single classic script because pages paste it as one tag.
export default defineConfig(({ mode }) =>
  mode === 'loader'
    ? {
        root: here('.'),
        publicDir: false,
        build: {
          outDir: here('../dist/widget'), emptyOutDir: false, target: 'es2022',
          lib: { entry: here('./loader.ts'), formats: ['iife'], name: 'CarelineLoader', fileName: () => 'widget.js' },
        },
      }
    : {
        root: here('.'),
        base: '/widget/',
        plugins: [vue()],
        define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
        server: { fs: { allow: [here('../..')] }, proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true }, '/uploads': { target: 'http://127.0.0.1:4000' } } },
        build: { outDir: here('../dist/widget'), emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, rolldownOptions: { input: [here('./frame.html'), here('./demo.html'), here('./rate.html'), here('./track.html')] } },
      },
);
