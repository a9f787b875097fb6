import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';

/**
 * The command line of Redis: a socket only, written to disk every second, and never a key thrown
 * away for room, because streams hold events that nobody has handled yet.
 * @param {{ engineFolder: string, socket: string, isFast: boolean }} options
 * @returns {string[]}
 */
export function redisArgs({ engineFolder, socket, isFast }) {
  const dataFolder = join(engineFolder, 'redis');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  return [
    '--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--pidfile', join(dirname(socket), 'redis.pid'),
    '--dir', dataFolder, '--daemonize', 'no', '--save', '', '--maxmemory-policy', 'noeviction',
    '--appendonly', isFast ? 'no' : 'yes', '--appendfsync', 'everysec',
  ];
}

/**
 * Whether Redis answers; while it still loads its file it does not count as ready.
 * @param {string} socket
 * @returns {Promise<boolean>}
 */
export function isRedisReady(socket) {
  return new Promise((resolve) => {
    const connection = createConnection(socket, () => connection.write('PING\r\n'));
    const end = (/** @type {boolean} */ isReady) => {
      connection.destroy();
      resolve(isReady);
    };
    connection.setTimeout(2_000, () => end(false));
    connection.once('error', () => end(false));
    connection.once('close', () => end(false));
    connection.once('data', (answer) => end(answer.toString().startsWith('+PONG')));
  });
}
