import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { openDatabase } from '../db/index.ts';
import { createTestDatabase, testEngines } from '../testing/index.ts';
import { createLogger } from '../observe/index.ts';
import { untilReachable } from './until-reachable.ts';

/** The address of the test's engine behind a port that nobody listens on until the returned function is called. */
async function lateEngine(): Promise<{ url: string; appear(): Promise<Server> }> {
  const engine = new URL(testEngines().databaseUrl);
  const socketPath = engine.searchParams.get('socketPath');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  const target = socketPath ? { path: socketPath } : { host: engine.hostname, port: Number(engine.port || 3306) };
  return {
    url: `mysql://${engine.username}:${engine.password}@127.0.0.1:${port}/`,
    appear: async () => {
      const door = createServer((client) => {
        const line = connect(target);
        for (const [one, other] of [[client, line], [line, client]] as const) one.pipe(other).on('error', () => one.destroy());
      });
      await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
      return door;
    },
  };
}

it('a process that starts before its database waits for it, and says so once', async () => {
  const { name, ...own } = await createTestDatabase();
  const { url, appear } = await lateEngine();
  const lines: string[] = [];
  let hasWaited: () => void = () => undefined;
  const waited = new Promise<void>((resolve) => { hasWaited = resolve; });
  const log = createLogger({ name: 'test', sink: { write: (line) => { lines.push(line); hasWaited(); } } });
  const opening = untilReachable(() => openDatabase({ url, name, log }), log);
  await waited;
  const door = await appear();
  const db = await opening;
  expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(lines).toHaveLength(1);
  await db.close();
  await new Promise((resolve) => door.close(resolve));
  await own.drop();
});

it('but one that is told a wrong password ends', async () => {
  const wrong = new URL(testEngines().databaseUrl);
  wrong.password = 'wrong';
  const log = createLogger({ name: 'test', level: 'silent' });
  await expect(untilReachable(() => openDatabase({ url: wrong.toString(), name: 'careline_nothing', log }), log)).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
});
