import { randomBytes } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { migrate, openDatabase, type Db } from '../db/index.ts';
import { kafkaName, loadKafka, type KafkaAddress } from '../events/index.ts';
import { createLogger, type Logger } from '../observe/index.ts';
import { connectRedis, parseRedisUrl } from '../redis/index.ts';

/** Addresses of the engines that `npm test` has started. */
export function testEngines(): { databaseUrl: string; redisUrl: string } {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (!databaseUrl || !redisUrl) throw new Error('TEST_DATABASE_URL and TEST_REDIS_URL are not set; `npm test` starts the engines and sets them');
  return { databaseUrl, redisUrl };
}

/** The broker that events travel over in this run; null when they travel over Redis. */
export function testKafka(): KafkaAddress | null {
  return loadKafka({ KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS });
}

/** The shape the tests run in: all subgraphs in one process, or each behind a port of its own (`SHAPE=many`). */
export function testShape(): 'one' | 'many' {
  return process.env.SHAPE === 'many' ? 'many' : 'one';
}

/** The query planner of every gateway that tests open. */
export function testPlanner(): 'rust' | 'js' {
  return process.env.PLANNER === 'js' ? 'js' : 'rust';
}

/** A name no other test has. */
export function testPrefix(): string {
  return `t${process.pid.toString(36)}_${randomBytes(4).toString('hex')}`;
}

/** Silent unless TEST_LOG names a level. */
export function testLogger(): Logger {
  return createLogger({ name: 'test', level: process.env.TEST_LOG ?? 'silent' });
}

/** The test's Redis address with a prefix of its own. */
export function testRedisUrl(prefix: string): string {
  const url = new URL(testEngines().redisUrl);
  url.searchParams.set('prefix', `${prefix}:`);
  return url.toString();
}

/** An empty database of its own with the foundation tables and `folders` applied; `drop` removes it. */
export async function createTestDatabase(folders: readonly string[] = [], poolSize = 8): Promise<Db & { drop(): Promise<void> }> {
  const name = `${testPrefix()}_kit`;
  const db = await openDatabase({ url: testEngines().databaseUrl, name, poolSize, log: testLogger() });
  await migrate(db, folders);
  return Object.assign(db, {
    async drop() {
      await db.close();
      await dropDatabases(name);
    },
  });
}

/** Removes the databases whose names begin with `prefix`. */
export async function dropDatabases(prefix: string): Promise<void> {
  const connection = await createConnection({ uri: testEngines().databaseUrl });
  const [rows] = await connection.query('SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE ?', [`${prefix.replaceAll('_', '\\_')}%`]);
  for (const { name } of rows as { name: string }[]) await connection.query(`DROP DATABASE \`${name}\``);
  await connection.end();
}

/** Removes the keys and streams that begin with `prefix`. */
export async function dropKeys(prefix: string): Promise<void> {
  const redis = connectRedis(testEngines().redisUrl, testLogger());
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
  redis.disconnect();
}

/** Takes from the bus of this run all that a topic holds, and every group that reads it. */
export async function loseTopic(redisUrl: string, topic: string): Promise<void> {
  const { target, prefix } = parseRedisUrl(redisUrl);
  const kafka = testKafka();
  if (kafka) {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: kafka.brokers });
    const name = kafkaName(prefix, topic);
    const idNow = async () => (await admin.metadata({ topics: [name], forceUpdate: true }).catch(() => null))?.topics.get(name)?.id;
    const lost = await idNow();
    await admin.deleteTopics({ topics: [name] });
    // The answer comes before the broker has let go of it: what is written in between would go with it.
    while (lost !== undefined && (await idNow()) === lost) await rest(20);
    return admin.close();
  }
  const redis = new Redis(target);
  await redis.del(`${prefix}ev:{${topic}}`);
  redis.disconnect();
}
