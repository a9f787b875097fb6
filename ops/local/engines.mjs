import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDatabaseReady } from './engines/database.mjs';
import { Engine } from './engines/engine.mjs';
import { ownerOf, rootPassword, socketFolder } from './engines/folder.mjs';
import { initialiseMariadb, mariadbArgs } from './engines/mariadb.mjs';
import { initialiseMysql, mysqlArgs } from './engines/mysql.mjs';
import { provideMysql } from './engines/mysql-packages.mjs';
import { endProcess, processesNaming } from './engines/processes.mjs';
import { provideEngines } from './engines/provide.mjs';
import { isRedisReady, redisArgs } from './engines/redis.mjs';

export { FolderInUse, ownerOf, takeFolder } from './engines/folder.mjs';

/**
 * @typedef {'mariadb' | 'mysql'} DatabaseName
 *
 * @typedef {object} Engines
 * @property {string} databaseUrl
 * @property {string} redisUrl
 * @property {{ database: number, redis: number }} pids
 * @property {() => Promise<void>} stop ends what was started or adopted here
 */

/** @param {string} dataFolder */
const engineFolderOf = (dataFolder) => join(resolve(dataFolder), 'engines');

/**
 * What each database is called, and how its folder is made and its server run.
 * @type {Record<DatabaseName, { title: string, initialise: (options: any) => Promise<void>, argsOf: (options: any) => string[] }>}
 */
const DATABASES = {
  mariadb: { title: 'MariaDB', initialise: initialiseMariadb, argsOf: mariadbArgs },
  mysql: { title: 'MySQL', initialise: initialiseMysql, argsOf: mysqlArgs },
};

/**
 * @param {DatabaseName} database
 * @param {{ engineFolder: string, say: (text: string) => void }} options
 */
async function provideBoth(database, options) {
  if (database === 'mysql') return { server: await provideMysql(options.say), ...(await provideEngines({ ...options, names: ['redis'] })) };
  const { mariadb, redis } = await provideEngines({ ...options, names: ['mariadb', 'redis'] });
  return { server: mariadb, redis };
}

/**
 * Gives a running database and Redis of our own for this data folder, reachable through sockets only.
 * Engines that outlived a killed parent are adopted; one that dies later is started again. The caller
 * owns the folder (takeFolder). Throws one message a person can act on; NoMysql when MySQL is wanted
 * and can't be had.
 * @param {{ dataFolder: string, say?: (text: string) => void, isFast?: boolean, database?: DatabaseName }} options
 * @returns {Promise<Engines>}
 */
export async function startEngines({ dataFolder, say = () => {}, isFast = false, database = 'mariadb' }) {
  const engineFolder = engineFolderOf(dataFolder);
  mkdirSync(engineFolder, { recursive: true, mode: 0o700 });
  const run = socketFolder(engineFolder);
  const password = rootPassword(engineFolder);
  const binaries = await provideBoth(database, { engineFolder, say });
  const sockets = { database: join(run, `${database}.sock`), redis: join(run, 'redis.sock') };
  const { title, initialise, argsOf } = DATABASES[database];
  const options = { engineFolder, password, isFast, say, binary: binaries.server, socket: sockets.database };
  await initialise(options);
  const server = new Engine({ name: title, binary: options.binary, args: argsOf(options), socket: sockets.database, logFile: join(engineFolder, `${database}.log`), isReady: isDatabaseReady, say });
  const redis = new Engine({ name: 'Redis', binary: binaries.redis, args: redisArgs({ engineFolder, isFast, socket: sockets.redis }), socket: sockets.redis, logFile: join(engineFolder, 'redis.log'), isReady: isRedisReady, say });
  const stop = async () => {
    await Promise.all([redis.stop(), server.stop()]);
  };
  const started = await Promise.allSettled([server.start(), redis.start()]);
  const failed = started.find((s) => s.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    databaseUrl: `mysql://root:${password}@localhost/?socketPath=${encodeURIComponent(sockets.database)}`,
    redisUrl: `unix://${sockets.redis}`,
    get pids() {
      return { database: server.mark?.pid ?? 0, redis: redis.mark?.pid ?? 0 };
    },
    stop,
  };
}

/**
 * Ends whatever engines of this data folder still run without an owner. Deleting the folder first
 * would leave them running unseen, on files that no longer have a name.
 * @param {string} dataFolder
 * @returns {Promise<number>} how many were running
 */
export async function stopLeftEngines(dataFolder) {
  if (ownerOf(resolve(dataFolder))) throw new Error(`Careline is running on ${dataFolder}.`);
  const run = socketFolder(engineFolderOf(dataFolder));
  const left = ['mariadb.sock', 'mysql.sock', 'redis.sock'].flatMap((name) => processesNaming(join(run, name)));
  await Promise.all(left.map((mark) => endProcess(mark, 60_000)));
  return left.length;
}
