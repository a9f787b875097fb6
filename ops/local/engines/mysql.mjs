import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from '../program.mjs';
import { makeDataFolder, temporaryFolder } from './database.mjs';

/**
 * @typedef {import('./binaries.mjs').MysqlBinary} MysqlBinary
 * @typedef {{ binary: MysqlBinary, engineFolder: string, socket: string, password: string, isFast: boolean, say: (text: string) => void }} MysqlOptions
 */

/**
 * What both the making and the running of a data folder need.
 * @param {MysqlBinary} binary
 * @param {string} dataFolder
 */
function commonArgs({ lead, root }, dataFolder) {
  const home = root && [`--basedir=${join(root, 'usr')}`, `--lc-messages-dir=${join(root, 'usr/share/mysql')}`, `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`];
  return [
    ...lead, '--no-defaults', ...(process.getuid?.() === 0 ? ['--user=root'] : []), ...(home || []), `--datadir=${dataFolder}`, `--tmpdir=${temporaryFolder(dirname(dataFolder))}`,
    // Debian's server refuses to start when the folder for files that SQL may read is missing.
    '--secure-file-priv=NULL', '--loose-mysqlx=OFF',
  ];
}

/**
 * Makes the data folder when there is none yet, with exactly one account of people: root on this
 * machine, with a password and the server's own way to check it (caching_sha2_password).
 * @param {MysqlOptions} options
 */
export async function initialiseMysql({ binary, engineFolder, password, say }) {
  const accounts = join(engineFolder, `mysql-accounts-${process.pid}.sql`);
  writeFileSync(accounts, `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';\n`, { mode: 0o600 });
  const quick = ['--loose-innodb-redo-log-capacity=64M', '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=OFF', '--skip-log-bin'];
  try {
    await makeDataFolder({ engineFolder, name: 'mysql', version: binary.version, fill: (half) =>
      runProgram(binary.path, [...commonArgs(binary, half), '--initialize-insecure', `--init-file=${accounts}`, ...quick], { env: binary.env, say, title: `making the database folder (MySQL ${binary.version})` }) });
  } finally {
    rmSync(accounts);
  }
}

/**
 * The command line of the server, as strict as a cluster: a binary log that is on disk before a commit
 * is answered, and no table without a primary key. `isFast` gives up what only power loss could show,
 * for throw-away folders of tests.
 * @param {MysqlOptions} options
 * @returns {string[]}
 */
export function mysqlArgs({ binary, engineFolder, socket, isFast }) {
  return [
    ...commonArgs(binary, join(engineFolder, 'mysql')),
    `--socket=${socket}`, `--pid-file=${join(dirname(socket), 'mysql.pid')}`,
    '--skip-networking', '--skip-name-resolve', '--local-infile=OFF', '--performance-schema=OFF',
    '--server-id=1', '--log-bin=binlog', '--sync-binlog=1', '--sql-require-primary-key=ON',
    '--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_520_ci', '--default-time-zone=+00:00',
    '--transaction-isolation=READ-COMMITTED', '--max-allowed-packet=64M',
    `--max-connections=${isFast ? 1000 : 400}`,
    `--innodb-flush-log-at-trx-commit=${isFast ? 2 : 1}`, ...(isFast ? ['--innodb-doublewrite=OFF'] : []),
    '--innodb-buffer-pool-size=256M', '--loose-innodb-redo-log-capacity=192M',
  ];
}
