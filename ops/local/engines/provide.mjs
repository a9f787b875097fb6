import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../program.mjs';
import { findMariadb, findRedis } from './binaries.mjs';
import { pause } from './processes.mjs';

const PACKAGES = { mariadb: 'mariadb-server-core', redis: 'redis-tools' };
const FIND = { mariadb: findMariadb, redis: findRedis };
const LOCK_WAIT_S = 300;

/**
 * @typedef {import('./binaries.mjs').Binary} Binary
 * @typedef {(text: string) => void} Say
 */

/**
 * Finds the engines on this machine, or gets them: as root through apt-get, otherwise by unpacking
 * Debian's packages into the data folder. Throws one error that says what a person can do.
 * @template {keyof typeof PACKAGES} Name
 * @param {{ engineFolder: string, say: Say, names: Name[] }} options
 * @returns {Promise<Record<Name, Binary>>}
 */
export async function provideEngines({ engineFolder, say, names }) {
  const unpacked = join(engineFolder, 'unpacked');
  const look = () => {
    const root = existsSync(unpacked) ? unpacked : null;
    return Object.fromEntries(names.map((name) => [name, FIND[name]() ?? (root && FIND[name](root))]));
  };
  let found = look();
  const wanted = () => names.filter((name) => !found[name]).map((name) => PACKAGES[name]);
  /** @type {string[]} */
  const troubles = [];
  const ways = process.getuid?.() === 0 ? [installAsRoot, unpackPackages] : [unpackPackages];
  for (const way of ways) {
    if (wanted().length === 0) break;
    if (!hasApt()) {
      troubles.push('there is no apt-get on this machine');
      break;
    }
    try {
      await way(wanted(), unpacked, say);
    } catch (error) {
      troubles.push(/** @type {Error} */ (error).message);
    }
    found = look();
  }
  if (wanted().length === 0) return /** @type {Record<Name, Binary>} */ (found);
  throw new Error(nothingProvided(wanted(), troubles));
}

const hasApt = () => existsSync('/usr/bin/apt-get');

/**
 * @param {string[]} missing
 * @param {string[]} troubles
 */
function nothingProvided(missing, troubles) {
  return [
    `Careline needs MariaDB (10.11 or newer) and Redis (6.2 or newer), and could not provide ${missing.join(' and ')}:`,
    ...troubles.map((t) => `  - ${t}`),
    'Do one of these, then start again:',
    '  - Debian, Ubuntu:  sudo apt-get install --no-install-recommends mariadb-server-core redis-tools',
    '  - macOS:           brew install mariadb valkey',
    '  - engines of your own: set DATABASE_URL=mysql://user:password@host:3306/ and REDIS_URL=redis://host:6379',
  ].join('\n');
}

/**
 * Installs packages of this machine's Debian. Throws with what apt-get said, and where there is no root or no apt-get.
 * @param {string[]} packages
 * @param {Say} say
 */
export async function installPackages(packages, say) {
  if (process.getuid?.() !== 0 || !hasApt()) throw new Error(`only root on Debian installs ${packages.join(' and ')}`);
  await installAsRoot(packages, '', say);
}

/**
 * @param {string[]} packages
 * @param {string} _unpacked
 * @param {Say} say
 */
async function installAsRoot(packages, _unpacked, say) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => apt(['-o', `DPkg::Lock::Timeout=${LOCK_WAIT_S}`, 'install', '-y', '--no-install-recommends', ...packages], { env, say, title: `apt-get install ${packages.join(' ')}` });
  if (await install().then(() => true, () => false)) return;
  await apt(['update'], { env, say, title: 'apt-get update' });
  await install();
}

/**
 * Without root: the same packages and what they need, laid into a folder of ours and left uninstalled.
 * @param {string[]} packages
 * @param {string} unpacked
 * @param {Say} say
 */
async function unpackPackages(packages, unpacked, say) {
  const work = `${unpacked}.new`;
  rmSync(work, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial', 'root']) mkdirSync(join(work, folder), { recursive: true });
  // `Dir::State::status` stays the machine's own, so that only what this machine lacks is downloaded.
  const state = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache=${join(work, 'cache')}`, '-o', `Dir::Cache::archives=${join(work, 'cache/archives')}`];
  const ownLists = ['-o', `Dir::State::lists=${join(work, 'lists')}`];
  const fetch = (/** @type {string[]} */ lists) => apt([...state, ...lists, 'install', '-y', '--download-only', '--no-install-recommends', ...packages], { say, title: `downloading ${packages.join(' and ')}` });
  if (!(await fetch([]).then(() => true, () => false))) {
    await apt([...state, ...ownLists, 'update'], { say, title: 'reading the list of packages' });
    await fetch(ownLists);
  }
  const archives = join(work, 'cache/archives');
  const files = readdirSync(archives).filter((f) => f.endsWith('.deb'));
  say(`unpacking ${files.length} packages into the data folder`);
  for (const file of files) await runProgram('dpkg', ['-x', join(archives, file), join(work, 'root')], { say, title: `unpacking ${file}`, isQuiet: true });
  rmSync(unpacked, { recursive: true, force: true });
  renameSync(join(work, 'root'), unpacked);
  rmSync(work, { recursive: true, force: true });
}

/**
 * Runs apt-get; waits for another package manager to finish where apt-get itself would not.
 * @param {string[]} args
 * @param {{ say: Say, title: string, env?: Record<string, string> }} options
 */
async function apt(args, { say, title, env = {} }) {
  const giveUpAt = Date.now() + LOCK_WAIT_S * 1000;
  for (;;) {
    try {
      // Messages are read below, so they must not come translated.
      return await runProgram('apt-get', args, { say, title, isWhole: true, env: { LC_ALL: 'C', ...env } });
    } catch (error) {
      if (!/Could not get lock|Unable to lock/.test(String(error)) || Date.now() > giveUpAt) throw error;
      say('another package manager is at work; waiting for it');
      await pause(3_000);
    }
  }
}
