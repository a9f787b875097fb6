import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answers } from './answers.mjs';

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
 */
export const isRedisReady = (socket) => answers(socket, 'PING\r\n', (answer) => answer.toString().startsWith('+PONG'));
