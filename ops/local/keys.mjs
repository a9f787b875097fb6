import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.mjs';
import { readSettings } from './settings.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

const USAGE = 'Usage: npm run keys -- [list], add, or activate NUMBER. Shows the key-encryption keys, adds one, or makes one active from the next start on.';

/** @typedef {{ root: string, active: number, keys: Record<string, string> }} Ring */

/**
 * Shows the key-encryption keys, adds one, or makes one the key under which data keys are wrapped from the next start on.
 * Adding and activating are two steps, so that with several processes all know the new key before the first one uses it.
 */
function main() {
  const { words: [verb = 'list', id] } = readArguments(USAGE, { most: 2 });
  if (!['list', 'add', 'activate'].includes(verb) || (id !== undefined && verb !== 'activate')) throw new Error(USAGE);
  if (process.env.CARELINE_KEYS) throw new Error('The keys stand in CARELINE_KEYS, so they are changed where that is set: add a key under a new number, restart all processes, then make it "active" and restart again.');
  const file = join(readSettings(process.env, root).dataFolder, 'keys.json');
  if (!existsSync(file)) throw new Error(`There are no keys yet: ${file} is made at the first start.`);
  const ring = /** @type {Ring} */ (JSON.parse(readFileSync(file, 'utf8')));
  if (verb === 'add') add(file, ring);
  else if (verb === 'activate') activate(file, ring, id);
  for (const number of Object.keys(ring.keys)) console.log(`key ${number}${Number(number) === ring.active ? '   active' : ''}`);
}

/** @param {string} file @param {Ring} ring */
function add(file, ring) {
  const number = Math.max(...Object.keys(ring.keys).map(Number)) + 1;
  ring.keys[number] = randomBytes(32).toString('base64');
  store(file, ring);
  console.log(`Added key ${number}. Restart Careline, then: npm run keys -- activate ${number}`);
}

/** @param {string} file @param {Ring} ring @param {string | undefined} id */
function activate(file, ring, id) {
  if (!id || !Object.hasOwn(ring.keys, id)) throw new Error(`There is no key ${id ?? ''}. Known: ${Object.keys(ring.keys).join(', ')}`);
  ring.active = Number(id);
  store(file, ring);
  console.log(`Key ${id} is active after the next restart. Workers then wrap all data keys with it; keep the old keys until careline_old_data_keys is 0, and as long as backups need them.`);
}

/** @param {string} file @param {Ring} ring */
function store(file, ring) {
  // Never half a file: without its keys the installation cannot be read by anybody.
  writeFileSync(`${file}.new`, JSON.stringify(ring), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

try {
  main();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}
