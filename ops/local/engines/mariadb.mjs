import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from '../program.mjs';
import { mariadbShare } from './binaries.mjs';
import { makeDataFolder, temporaryFolder } from './database.mjs';

/**
 * @typedef {import('./binaries.mjs').Binary} Binary
 * @typedef {{ binary: Binary, engineFolder: string, socket: string, password: string, isFast: boolean, say: (text: string) => void }} MariadbOptions
 */

/**
 * What both the making and the running of a data folder need.
 * @param {Binary} binary
 * @param {string} dataFolder
 */
function commonArgs(binary, dataFolder) {
  const home = binary.root && [`--basedir=${join(binary.root, 'usr')}`, `--lc-messages-dir=${mariadbShare(binary)}`, `--plugin-dir=${join(binary.root, 'usr/lib/mysql/plugin')}`];
  return ['--no-defaults', ...(process.getuid?.() === 0 ? ['--user=root'] : []), ...(home || []), `--datadir=${dataFolder}`, `--tmpdir=${temporaryFolder(dirname(dataFolder))}`];
}

/**
 * Makes the data folder when there is none yet.
 * @param {MariadbOptions} options
 */
export async function initialiseMariadb({ binary, engineFolder, password, say }) {
  const quick = ['--innodb-log-file-size=48M', '--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0', '--max-allowed-packet=16M', '--enforce-storage-engine='];
  await makeDataFolder({ engineFolder, name: 'mariadb', version: binary.version, fill: async (half) => {
    mkdirSync(join(half, 'mysql'), { mode: 0o700 });
    await runProgram(binary.path, [...commonArgs(binary, half), '--bootstrap', '--skip-log-bin', ...quick], { env: binary.env, input: bootstrapSql(binary, password), say, title: `making the database folder (MariaDB ${binary.version})` });
  } });
}

/**
 * MariaDB's own SQL for a fresh folder, then exactly one account: root on this machine, with a password.
 * Accounts can't be altered by statement here (grants are not loaded), hence the row itself.
 * @param {Binary} binary
 * @param {string} password
 */
function bootstrapSql(binary, password) {
  const share = mariadbShare(binary);
  const sql = (/** @type {string} */ name) => {
    const file = ['mysql', 'mariadb'].map((p) => join(share, `${p}_${name}.sql`)).find(existsSync);
    return file ? readFileSync(file, 'utf8') : '';
  };
  const sha1 = (/** @type {string | Buffer} */ data) => createHash('sha1').update(data).digest();
  const hash = `*${sha1(sha1(password)).toString('hex').toUpperCase()}`;
  return [
    'CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\nSET @skip_auth_anonymous=1;\n',
    sql('system_tables'), sql('performance_tables'), sql('system_tables_data'),
    '\nUSE mysql;\nDELETE FROM global_priv WHERE User=\'\' OR Host<>\'localhost\';\n',
    `UPDATE global_priv SET Priv=JSON_OBJECT('access', 18446744073709551615, 'plugin', 'mysql_native_password', 'authentication_string', '${hash}') WHERE User='root' AND Host='localhost';\n`,
  ].join('');
}

/**
 * The command line of the server. Durable by default: a commit that was answered survives kill -9 and
 * power loss. `isFast` gives that up, for throw-away folders of tests.
 * @param {MariadbOptions} options
 * @returns {string[]}
 */
export function mariadbArgs({ binary, engineFolder, socket, isFast }) {
  return [
    ...commonArgs(binary, join(engineFolder, 'mariadb')),
    `--socket=${socket}`, `--pid-file=${join(dirname(socket), 'mariadb.pid')}`,
    '--skip-networking', '--skip-name-resolve', '--skip-log-bin', '--local-infile=OFF', '--performance-schema=OFF',
    '--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_520_ci', '--default-time-zone=+00:00',
    '--transaction-isolation=READ-COMMITTED', '--max-allowed-packet=64M',
    `--max-connections=${isFast ? 1000 : 400}`,
    `--innodb-flush-log-at-trx-commit=${isFast ? 2 : 1}`, ...(isFast ? ['--skip-innodb-doublewrite'] : []),
    // The pool is small, so that the system weighs little: what does not fit in it is read through the kernel's cache, which takes what nobody else needs.
    '--innodb-flush-method=fsync',
    // Two log buffers of this size are filled in turn; ours hold a few hundred kilobytes between two commits.
    '--innodb-buffer-pool-size=256M', '--innodb-log-file-size=96M', '--innodb-log-buffer-size=4M',
  ];
}
