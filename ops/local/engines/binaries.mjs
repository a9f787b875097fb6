import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * A program that can be started as an engine.
 * @typedef {{ path: string, argv0: string, version: string, env: Record<string, string>, root: string | null }} Binary
 * `root` is the folder that unpacked packages were laid into; null for an installed program.
 *
 * @typedef {Binary & { lead: string[] }} MysqlBinary
 * `lead` comes before the server's own arguments: an unpacked one is run by the loader it came with.
 */

const BREW = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'];
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', ...BREW.flatMap((b) => [`${b}/bin`, `${b}/opt/mariadb/bin`, `${b}/opt/redis/bin`, `${b}/opt/valkey/bin`])];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Every program of one of these names, on the path first.
 * @param {string[]} names
 * @param {string | null} root
 */
function candidates(names, root) {
  const folders = root ? ['usr/sbin', 'usr/bin'].map((f) => join(root, f)) : [...(process.env.PATH ?? '').split(':').filter(Boolean), ...EXTRA_FOLDERS];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
}

/**
 * What unpacked programs need in order to find their libraries.
 * @param {string | null} root
 * @returns {Record<string, string>}
 */
function libraryPath(root) {
  if (!root) return {};
  const folders = ['usr/lib', 'lib'].flatMap((lib) => {
    const at = join(root, lib);
    return existsSync(at) ? readdirSync(at).filter((n) => n.includes('-linux-gnu')).map((n) => join(at, n)) : [];
  });
  return { LD_LIBRARY_PATH: folders.join(':') };
}

/**
 * @param {string} path
 * @param {string} argv0
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
function versionOf(path, argv0, args, env) {
  const done = spawnSync(path, args, { argv0, env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
  return done.status === 0 ? done.stdout.trim() : '';
}

/**
 * MariaDB 10.11 or newer. Told by what it says of itself, since Debian links the name mysqld to it too.
 * @param {string | null} [root]
 * @returns {Binary | null}
 */
export function findMariadb(root = null) {
  const env = libraryPath(root);
  for (const path of candidates(['mariadbd', 'mysqld'], root)) {
    const version = versionOf(path, path, ['--no-defaults', '--version'], env);
    const found = /(\d+)\.(\d+)\.\d+-MariaDB/.exec(version);
    if (found && Number(found[1]) * 100 + Number(found[2]) >= 1011) return { path, argv0: path, version: found[0], env, root };
  }
  return null;
}

/**
 * MySQL 8.0 or newer, never MariaDB under its name.
 * @param {string | null} [root]
 * @returns {MysqlBinary | null}
 */
export function findMysql(root = null) {
  for (const server of candidates(['mysqld'], root)) {
    const { path, lead } = root ? ownLoader(root, server) : { path: server, lead: [] };
    const version = versionOf(path, path, [...lead, '--no-defaults', '--version'], {});
    const found = /Ver (\d+)\.\d+\.\d+/.exec(version);
    if (found && Number(found[1]) >= 8 && !version.includes('MariaDB')) return { path, argv0: path, lead, version: found[0].slice(4), env: {}, root };
  }
  return null;
}

/**
 * How to run a program that was built for a newer C library than this machine has.
 * @param {string} root
 * @param {string} program
 */
function ownLoader(root, program) {
  for (const folder of readdirSync(join(root, 'usr/lib')).filter((n) => n.includes('-linux-gnu'))) {
    const libraries = join(root, 'usr/lib', folder);
    const loader = readdirSync(libraries).find((n) => /^ld-linux.*\.so\.\d+$/.test(n));
    if (loader) return { path: join(libraries, loader), lead: ['--library-path', libraries, program] };
  }
  return { path: program, lead: [] };
}

/**
 * Redis 6.2 or newer, or Valkey. Debian's redis-tools carries the server under the name redis-check-rdb.
 * @param {string | null} [root]
 * @returns {Binary | null}
 */
export function findRedis(root = null) {
  const env = libraryPath(root);
  for (const path of candidates(['redis-server', 'valkey-server', 'redis-check-rdb', 'valkey-check-rdb'], root)) {
    const argv0 = basename(path).startsWith('valkey') ? 'valkey-server' : 'redis-server';
    const found = /v=(\d+)\.(\d+)[.\d]*/.exec(versionOf(path, argv0, ['--version'], env));
    if (found && Number(found[1]) * 100 + Number(found[2]) >= 602) return { path, argv0, version: found[0].slice(2), env, root };
  }
  return null;
}

/**
 * The folder with the SQL that fills a fresh MariaDB data folder.
 * @param {Binary} mariadb
 * @returns {string}
 */
export function mariadbShare(mariadb) {
  const near = join(dirname(mariadb.path), '..', 'share');
  const at = [join(near, 'mysql'), join(near, 'mariadb'), '/usr/share/mysql', '/usr/share/mariadb'].find((f) => ['mysql', 'mariadb'].some((p) => existsSync(join(f, `${p}_system_tables.sql`))));
  if (!at) throw new Error(`${mariadb.path} stands without its SQL files (mysql_system_tables.sql); reinstall mariadb-server-core.`);
  return at;
}
