import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binaryToId, idToBinary, openDatabase, parseId, type Db } from '@careline/kit/db';
import { createBus, loadKafka } from '@careline/kit/events';
import { createLogger } from '@careline/kit/observe';
import { SUBGRAPH_NAMES } from '@careline/schema';
import * as events from '@careline/schema/events';
import { readArguments } from './arguments.mjs';
import { rootPassword, socketFolder } from './engines/folder.mjs';
import { readSettings } from './settings.mjs';

// npm run dead-letters -- list | replay <event id> | replay all | drop <event id>
// Events that failed every try of a consumer. Replaying hands one to the bus again: who took it in before passes it over.

interface DeadLetter {
  id: string;
  consumer: string;
  envelope: events.Envelope;
  reason: string;
  failedAt: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const log = createLogger({ name: 'dead-letters', level: 'error' });

/** The engines that are configured, or those of our own that run for the data folder. */
function engines(): { databaseUrl: string; redisUrl: string } {
  const { databaseUrl, redisUrl, dataFolder } = readSettings(process.env, root);
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl };
  const folder = join(dataFolder, 'engines');
  if (!existsSync(join(folder, 'secret'))) throw new Error(`Careline has never run on ${dataFolder}.`);
  const run = socketFolder(folder);
  return { databaseUrl: `mysql://root:${rootPassword(folder)}@localhost/?socketPath=${encodeURIComponent(join(run, 'mariadb.sock'))}`, redisUrl: `unix://${join(run, 'redis.sock')}` };
}

async function lettersIn(db: Db): Promise<DeadLetter[]> {
  const rows = await db.query<{ event_id: Buffer; consumer: string; envelope: events.Envelope | string; reason: string; failed_at: Date }>(
    '/* selectDeadLetters */ SELECT event_id, consumer, envelope, reason, failed_at FROM dead_letters ORDER BY failed_at');
  return rows.map((row) => ({
    id: binaryToId('evt', row.event_id), consumer: row.consumer, reason: row.reason, failedAt: new Date(row.failed_at).toISOString(),
    envelope: typeof row.envelope === 'string' ? (JSON.parse(row.envelope) as events.Envelope) : row.envelope,
  }));
}

/** The topic on which events of this type travel; those that any subgraph sends are read on every topic. */
function topicOf(type: string): string {
  const definitions = Object.values(events).filter((one): one is typeof events.messageSent => typeof one === 'object' && 'schema' in one);
  const from: string | undefined = definitions.find((one) => one.type === type)?.from;
  return from && from !== 'any' ? from : 'conversations';
}

const USAGE = 'Usage: npm run dead-letters -- [list], replay EVENT_ID, replay all, or drop EVENT_ID. An event id is one of those that list shows.';

async function main(): Promise<void> {
  const { words: [verb = 'list', wanted] } = readArguments(USAGE, { most: 2 });
  if (!['list', 'replay', 'drop'].includes(verb) || (verb === 'list') !== (wanted === undefined) || (verb === 'drop' && wanted === 'all')) throw new Error(USAGE);
  if (wanted !== undefined && wanted !== 'all' && !parseId('evt', wanted)) throw new Error(`"${wanted}" is no event id.\n${USAGE}`);
  const { databaseUrl, redisUrl } = engines();
  const bus = await createBus({ redisUrl, kafka: loadKafka(process.env), log });
  let count = 0;
  try {
    for (const name of SUBGRAPH_NAMES) {
      const db = await openDatabase({ url: databaseUrl, name: `${process.env.DATABASE_PREFIX ?? 'careline'}_${name}`, poolSize: 1, log });
      for (const letter of (await lettersIn(db)).filter(({ id }) => verb === 'list' || wanted === 'all' || wanted === id)) {
        if (verb === 'replay') await bus.publish(topicOf(letter.envelope.type), [letter.envelope]);
        if (verb !== 'list') await db.execute('/* dropDeadLetter */ DELETE FROM dead_letters WHERE event_id = ? AND consumer = ?', [idToBinary(letter.id), letter.consumer]);
        console.log(`${letter.id}   ${letter.consumer.padEnd(14)}${letter.envelope.type.padEnd(28)}${letter.envelope.key.padEnd(32)}${letter.failedAt}   ${letter.reason}`);
        count += 1;
      }
      await db.close();
    }
  } finally {
    await bus.close();
  }
  if (wanted !== undefined && wanted !== 'all' && count === 0) throw new Error(`No dead letter has the id ${wanted}: it was replayed or dropped already, or never was one.`);
  console.log(`${count} ${verb === 'list' ? 'dead letters' : verb === 'replay' ? 'replayed' : 'dropped'}`);
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
