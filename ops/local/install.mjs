import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program.mjs';

/**
 * Installs what package-lock.json says, when node_modules does not hold exactly that already.
 * npm writes its own record last, so an installation that was cut off counts as missing.
 * @param {string} root
 * @param {(text: string) => void} say
 */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return;
  await runNpm(root, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { say, title: 'installing packages (npm ci)' });
  if (!isInstalled(root)) throw new Error('npm ci ended well, but node_modules does not hold what package-lock.json says. Remove node_modules and try again.');
}

/**
 * @param {string} root
 * @returns {boolean}
 */
function isInstalled(root) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const read = (/** @type {string} */ file) => Object.entries(/** @type {Record<string, LockEntry>} */ (JSON.parse(readFileSync(file, 'utf8')).packages));
  const installed = new Map(read(record));
  // Optional packages are those of other platforms; "" is the repository itself, and a path without
  // node_modules is one of our own folders.
  return read(join(root, 'package-lock.json'))
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.optional)
    .every(([path, entry]) => installed.get(path)?.version === entry.version && existsSync(join(root, path)));
}

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockEntry */

/**
 * Runs npm itself: the one that started us, or the one on the path.
 * @param {string} root
 * @param {string[]} args
 * @param {{ say: (text: string) => void, title: string }} options
 * @returns {Promise<string>}
 */
export function runNpm(root, args, options) {
  const cli = process.env.npm_execpath;
  const isNpm = cli !== undefined && /npm-cli\.(c|m)?js$/.test(cli) && existsSync(cli);
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip', npm_config_yes: 'true' };
  return isNpm ? runProgram(process.execPath, [cli, ...args], { cwd: root, env, ...options }) : runProgram('npm', args, { cwd: root, env, ...options });
}
