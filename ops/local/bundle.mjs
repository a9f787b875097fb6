import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { processesNaming } from './engines/processes.mjs';
import { ENTRIES } from './servers.mjs';

// Makes one bundle: node ops/local/bundle.mjs <root> <folder>. See `serverArgs`, which runs it apart: a bundler does not give back its memory.

/** Packages with machine code of their own, which must be found beside it. */
const NATIVE = /^(@node-rs\/|@graphql-hive\/router-query-planner|onnxruntime)/;
const KEPT_MS = 24 * 3_600_000;

/**
 * @param {string} root
 * @param {string} folder
 */
async function bundle(root, folder) {
  const outputs = await bundleOutputs(root);
  mkdirSync(dirname(folder), { recursive: true });
  // Aside and renamed when whole: another start may be looking for it, or making the same.
  const half = mkdtempSync(join(dirname(folder), 'half-'));
  for (const output of outputs) writeFileSync(join(half, output.fileName), contentOf(output));
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  dropOld(dirname(folder), folder);
}

/** @param {string} root */
async function bundleOutputs(root) {
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([source, name]) => [name, join(root, source)]));
  /** @type {Set<string>} */
  const wide = new Set();
  const made = await rolldown({ input, cwd: root, platform: 'node', logLevel: 'silent', external: (id) => id.endsWith('.node') || NATIVE.test(id), plugins: [{ name: 'places', transform: (code, id) => settle(code, id, wide) }] });
  const { output } = await made.generate({
    format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs', sourcemap: true, sourcemapExcludeSources: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    // One letter beyond Latin-1 doubles the memory of a whole file's text: tables of Chinese stay apart.
    codeSplitting: { groups: [{ name: (id) => (wide.has(id) ? 'packages-wide' : 'packages'), test: /node_modules/, entriesAware: true }] },
  });
  await made.close();
  // Nobody looks for a fault in the lines of a package, and its maps would be read at every start.
  return output.filter(({ fileName }) => !/^packages.*\.map$/.test(fileName));
}

/**
 * Code that looks for files beside itself still finds those of its source.
 * @param {string} code
 * @param {string} id
 * @param {Set<string>} wide
 */
function settle(code, id, wide) {
  if (/[^\u0000-\u00ff]/.test(code)) wide.add(id);
  const file = id.replace(/\?.*$/, '');
  if (code.includes('import.meta.url')) return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href));
  const needsFolder = code.includes('__dirname') && !/(const|let|var) __dirname/.test(code);
  return needsFolder ? `const __dirname = ${JSON.stringify(dirname(file))};\n${code}` : null;
}

/** @param {import('rolldown').OutputChunk | import('rolldown').OutputAsset} output */
function contentOf(output) {
  if (output.type === 'asset') return output.source;
  return output.fileName.startsWith('packages') ? output.code.replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n') : output.code;
}

/**
 * Deletes bundles that nobody has made or runs since yesterday.
 * @param {string} folder
 * @param {string} present
 */
function dropOld(folder, present) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path !== present && Date.now() - statSync(path).mtimeMs > KEPT_MS && processesNaming(path).length === 0) rmSync(path, { recursive: true, force: true });
  }
}

const [root = '', folder = ''] = process.argv.slice(2);
await bundle(root, folder);
