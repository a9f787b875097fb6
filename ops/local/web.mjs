import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './install.mjs';

const NOT_SOURCES = new Set(['node_modules', 'dist', 'gql', 'generated', 'coverage']);

/**
 * Builds the console and the widget when their sources, the schema they are generated from or the
 * packages changed since the last whole build.
 * @param {string} root
 * @param {(text: string) => void} say
 */
export async function ensureWebBuilt(root, say) {
  const stampFile = join(root, 'web/dist/.sources');
  const stamp = sourcesOf(root);
  const built = ['web/dist/console/index.html', 'web/dist/widget'].every((p) => existsSync(join(root, p)));
  if (built && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  await runNpm(root, ['run', 'build', '-w', '@careline/web'], { say, title: 'building the console and the widget' });
  mkdirSync(join(root, 'web/dist'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** @param {string} root */
function sourcesOf(root) {
  const hash = createHash('sha256');
  const files = [...filesUnder(join(root, 'web')), ...filesUnder(join(root, 'schema')), join(root, 'package-lock.json')];
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_SOURCES.has(entry.name) && !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}
