import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../program.mjs';
import { findMysql } from './binaries.mjs';
import { cacheFolder } from './cache.mjs';
import { markOf } from './processes.mjs';

/**
 * @typedef {import('./binaries.mjs').MysqlBinary} MysqlBinary
 * @typedef {(text: string) => void} Say
 */

const PACKAGE = 'mysql-server-core';
const KEYRINGS = ['gpg', 'pgp'].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);
/** The only folders of the packages that a running server reads. */
const KEPT = ['usr/sbin', 'usr/lib', 'usr/share/mysql'];

/** There is no MySQL for this machine; the message says why. */
export class NoMysql extends Error {}

/**
 * MySQL 8.0 or newer: the installed one, one that was unpacked before, else unpacked now from Debian's
 * unstable packages into a cache folder of this user, with the libraries and the loader it was built
 * for. Needs no root and installs nothing. Throws NoMysql when it can't be had.
 * @param {Say} say
 * @returns {Promise<MysqlBinary>}
 */
export async function provideMysql(say) {
  const installed = findMysql();
  if (installed) return installed;
  const cache = cacheFolder('mysql', NoMysql);
  const found = findUnpacked(cache) ?? (await unpack(cache, say));
  say(`MySQL ${found.version} (${found.root})`);
  return found;
}

/**
 * @param {string} cache
 * @returns {MysqlBinary | null}
 */
function findUnpacked(cache) {
  const versions = readdirSync(cache).filter((name) => /^\d/.test(name)).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  for (const version of versions) {
    const found = findMysql(join(cache, version));
    if (found) return found;
  }
  return null;
}

/**
 * @param {string} cache
 * @param {Say} say
 * @returns {Promise<MysqlBinary>}
 */
async function unpack(cache, say) {
  for (const left of readdirSync(cache).filter((name) => name.startsWith('new-') && !markOf(Number(name.slice(4))))) rmSync(join(cache, left), { recursive: true, force: true });
  const work = join(cache, `new-${process.pid}`);
  try {
    const archives = await download(work, say);
    // The scripts around the server want perl; the server does not.
    const files = readdirSync(archives).filter((file) => file.endsWith('.deb') && !/^(lib)?perl/.test(file));
    const version = /^mysql-server-core_(.+)\.deb$/m.exec(files.join('\n'))?.[1];
    if (!version) throw new Error(`there is no ${PACKAGE} among the packages`);
    say(`unpacking MySQL ${version}`);
    const all = join(work, 'all');
    for (const file of files) await runProgram('dpkg', ['-x', join(archives, file), all], { title: `unpacking ${file}`, isQuiet: true });
    return keep(all, join(work, 'root'), join(cache, decodeURIComponent(version)));
  } catch (error) {
    throw error instanceof NoMysql ? error : new NoMysql(/** @type {Error} */ (error).message);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Moves what the server needs into its place, provided that it runs on this machine.
 * @param {string} all
 * @param {string} lean
 * @param {string} place
 * @returns {MysqlBinary}
 */
function keep(all, lean, place) {
  mkdirSync(join(lean, 'usr/share'), { recursive: true });
  for (const folder of KEPT) renameSync(join(all, folder), join(lean, folder));
  if (!findMysql(lean)) throw new NoMysql('the unpacked server does not run on this machine');
  // Another process may have been first.
  if (!existsSync(place)) renameSync(lean, place);
  const found = findMysql(place);
  if (!found) throw new NoMysql(`${place} holds no server that runs`);
  return found;
}

/**
 * Downloads the server and all it needs through an apt of our own: its lists, its state and its
 * sources are apart from the machine's, which therefore stays as it is.
 * @param {string} work
 * @param {Say} say
 * @returns {Promise<string>} the folder with the packages
 */
async function download(work, say) {
  const mirror = await debianMirror();
  const keyring = KEYRINGS.find(existsSync);
  const at = (/** @type {string} */ name) => join(work, name);
  for (const folder of ['lists/partial', 'cache/archives/partial', 'none']) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(at('sources.list'), `deb ${keyring ? `[signed-by=${keyring}] ` : ''}${mirror} sid main\n`);
  const options = Object.entries({
    'Dir::Etc::sourcelist': at('sources.list'), 'Dir::Etc::sourceparts': at('none'), 'Dir::Etc::preferences': at('none/preferences'), 'Dir::Etc::preferencesparts': at('none'),
    'Dir::State::lists': at('lists'), 'Dir::State::status': at('status'), 'Dir::Cache': at('cache'), 'Dir::Cache::archives': at('cache/archives'),
    'APT::Sandbox::User': 'root', 'APT::Update::Error-Mode': 'any', 'Acquire::Languages': 'none', 'Acquire::Retries': '2', 'Acquire::http::Timeout': '30', 'Debug::NoLocking': '1',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await runProgram('apt-get', [...options, 'update'], { say, title: 'reading the list of Debian unstable packages, for MySQL' });
  await runProgram('apt-get', [...options, 'install', '-y', '--download-only', '--no-install-recommends', PACKAGE], { say, title: 'downloading MySQL' });
  return at('cache/archives');
}

/**
 * The mirror from which this machine gets its own Debian.
 * @returns {Promise<string>}
 */
async function debianMirror() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^ID=debian$/m.test(release) || !existsSync('/usr/bin/apt-get')) throw new NoMysql('no MySQL 8.0 or newer is installed, and only Debian lets us unpack one');
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  const targets = await runProgram('apt-get', ['indextargets', '--no-release-info', '--format', '$(RELEASE) $(REPO_URI)', 'Created-By: Packages'], { isQuiet: true, title: 'asking apt-get for its mirror' });
  const mirror = targets.split('\n').map((line) => line.split(' ')).find(([suite]) => suite === codename)?.[1];
  if (!mirror) throw new NoMysql(`apt-get knows no mirror of Debian ${codename ?? '(without a codename)'}`);
  return mirror;
}
