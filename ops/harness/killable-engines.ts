import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDatabaseReady } from '../local/engines/database.mjs';
import { Engine } from '../local/engines/engine.mjs';
import { rootPassword, socketFolder } from '../local/engines/folder.mjs';
import { initialiseMariadb, mariadbArgs } from '../local/engines/mariadb.mjs';
import { isAlive, pause, signal } from '../local/engines/processes.mjs';
import { provideEngines } from '../local/engines/provide.mjs';
import { isRedisReady, redisArgs } from '../local/engines/redis.mjs';

export interface KillableEngine {
  readonly socket: string;
  readonly pid: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it takes queries. */
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface KillableEngines {
  mariadb: KillableEngine;
  redis: KillableEngine;
  databaseUrl: string;
  redisUrl: string;
  /** Throws away what Redis has on disk; call while it is down. */
  emptyRedis(): void;
  stop(): Promise<void>;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/**
 * MariaDB and Redis in a temporary folder that nobody watches over: what is killed stays dead until it is started again.
 * Durable like production unless `isDurable` is false: then a commit that was answered may be lost for a second.
 */
export async function startKillableEngines({ isDurable }: { isDurable: boolean }): Promise<KillableEngines> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'careline-'));
  const engineFolder = join(dataFolder, 'engines');
  mkdirSync(engineFolder, { mode: 0o700 });
  const run = socketFolder(engineFolder);
  const password = rootPassword(engineFolder);
  const binaries = await provideEngines({ engineFolder, say, names: ['mariadb', 'redis'] });
  const sockets = { mariadb: join(run, 'mariadb.sock'), redis: join(run, 'redis.sock') };
  const options = { engineFolder, password, isFast: false, say };
  await initialiseMariadb({ ...options, binary: binaries.mariadb, socket: sockets.mariadb });
  const flush = isDurable ? [] : ['--innodb-flush-log-at-trx-commit=0'];
  const mariadb = new Engine({ name: 'MariaDB', binary: binaries.mariadb, args: [...mariadbArgs({ ...options, binary: binaries.mariadb, socket: sockets.mariadb }), ...flush], socket: sockets.mariadb, logFile: join(engineFolder, 'mariadb.log'), isReady: isDatabaseReady, say });
  const redis = new Engine({ name: 'Redis', binary: binaries.redis, args: redisArgs({ ...options, socket: sockets.redis }), socket: sockets.redis, logFile: join(engineFolder, 'redis.log'), isReady: isRedisReady, say });
  const engines = { mariadb: killable(mariadb), redis: killable(redis) };
  await Promise.all([engines.mariadb.start(), engines.redis.start()]);
  return {
    ...engines,
    databaseUrl: `mysql://root:${password}@localhost/?socketPath=${encodeURIComponent(sockets.mariadb)}`,
    redisUrl: `unix://${sockets.redis}`,
    emptyRedis() {
      rmSync(join(engineFolder, 'redis'), { recursive: true, force: true });
      mkdirSync(join(engineFolder, 'redis'), { mode: 0o700 });
    },
    async stop() {
      for (const engine of [engines.mariadb, engines.redis]) engine.thaw();
      await Promise.all([engines.mariadb.kill(), engines.redis.kill()]);
      rmSync(dataFolder, { recursive: true, force: true });
      rmSync(run, { recursive: true, force: true });
    },
  };
}

/** An engine that stays dead after it was killed. */
export function killable(engine: Engine): KillableEngine {
  return {
    socket: engine.spec.socket,
    get pid() {
      return engine.mark?.pid ?? 0;
    },
    async kill() {
      // Never asked first: an engine that is asked to end writes down what it still holds.
      if (engine.mark) signal(engine.mark, 'SIGKILL');
      while (isAlive(engine.mark)) await pause(2);
    },
    async start() {
      engine.launch();
      await engine.untilReady();
    },
    freeze: () => engine.mark && signal(engine.mark, 'SIGSTOP'),
    thaw: () => engine.mark && signal(engine.mark, 'SIGCONT'),
  };
}
