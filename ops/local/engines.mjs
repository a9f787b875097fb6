import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Engine } from './engines/engine.mjs';
import { ownerOf, rootPassword, socketFolder } from './engines/folder.mjs';
import { initialiseMariadb, isMariadbReady, mariadbArgs } from './engines/mariadb.mjs';
import { endProcess, processesNaming } from './engines/processes.mjs';
import { provideEngines } from './engines/provide.mjs';
import { isRedisReady, redisArgs } from './engines/redis.mjs';

export { FolderInUse, ownerOf, takeFolder } from './engines/folder.mjs';

/**
 * @typedef {object} Engines
 * @property {string} databaseUrl
 * @property {string} redisUrl
 * @property {{ mariadb: number, redis: number }} pids
 * @property {() => Promise<void>} stop ends what was started or adopted here
 */

/** @param {string} dataFolder */
const engineFolderOf = (dataFolder) => join(resolve(dataFolder), 'engines');

/**
 * Gives a running MariaDB and Redis of our own for this data folder, reachable through sockets only.
 * Engines that outlived a killed parent are adopted; one that dies later is started again. The caller
 * owns the folder (takeFolder). Throws one message a person can act on.
 * @param {{ dataFolder: string, say?: (text: string) => void, isFast?: boolean }} options
 * @returns {Promise<Engines>}
 */
export async function startEngines({ dataFolder, say = () => {}, isFast = false }) {
  const engineFolder = engineFolderOf(dataFolder);
  mkdirSync(engineFolder, { recursive: true, mode: 0o700 });
  const run = socketFolder(engineFolder);
  const password = rootPassword(engineFolder);
  const binaries = await provideEngines({ engineFolder, say });
  const sockets = { mariadb: join(run, 'mariadb.sock'), redis: join(run, 'redis.sock') };
  const options = { engineFolder, password, isFast, say };
  await initialiseMariadb({ ...options, binary: binaries.mariadb, socket: sockets.mariadb });
  const mariadb = new Engine({ name: 'MariaDB', binary: binaries.mariadb, args: mariadbArgs({ ...options, binary: binaries.mariadb, socket: sockets.mariadb }), socket: sockets.mariadb, logFile: join(engineFolder, 'mariadb.log'), isReady: isMariadbReady, say });
  const redis = new Engine({ name: 'Redis', binary: binaries.redis, args: redisArgs({ ...options, socket: sockets.redis }), socket: sockets.redis, logFile: join(engineFolder, 'redis.log'), isReady: isRedisReady, say });
  const stop = async () => {
    await Promise.all([redis.stop(), mariadb.stop()]);
  };
  const started = await Promise.allSettled([mariadb.start(), redis.start()]);
  const failed = started.find((s) => s.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    databaseUrl: `mysql://root:${password}@localhost/?socketPath=${encodeURIComponent(sockets.mariadb)}`,
    redisUrl: `unix://${sockets.redis}`,
    get pids() {
      return { mariadb: mariadb.mark?.pid ?? 0, redis: redis.mark?.pid ?? 0 };
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
  const left = ['mariadb.sock', 'redis.sock'].flatMap((name) => processesNaming(join(run, name)));
  await Promise.all(left.map((mark) => endProcess(mark, 60_000)));
  return left.length;
}
