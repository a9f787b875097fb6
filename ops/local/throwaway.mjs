import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngines, takeFolder } from './engines.mjs';
import { freePorts, kafkaEngine } from './engines/kafka.mjs';
import { NoKafka, provideKafka } from './engines/kafka-packages.mjs';
import { endPrograms } from './program.mjs';

/**
 * The database that TEST_ENGINE asks for; null when it asks for none.
 * @returns {import('./engines.mjs').DatabaseName | null}
 */
export function engineAsked() {
  const asked = process.env.TEST_ENGINE?.trim() || null;
  if (asked !== null && asked !== 'mariadb' && asked !== 'mysql') throw new Error('TEST_ENGINE: must be mariadb or mysql');
  return asked;
}

/**
 * The bus that TEST_BUS asks for; null when it asks for none.
 * @returns {'kafka' | null}
 */
export function busAsked() {
  const asked = process.env.TEST_BUS?.trim() || null;
  if (asked !== null && asked !== 'kafka') throw new Error('TEST_BUS: must be kafka');
  return asked;
}

/**
 * Engines in a temporary folder, for as long as `work` takes; gone afterwards, on Ctrl-C too.
 * TEST_DATABASE_URL and TEST_REDIS_URL, when set, are used instead and left as they are.
 * @template T
 * @param {{ say: (text: string) => void, isFast: boolean, database?: import('./engines.mjs').DatabaseName }} options
 * @param {(env: Record<string, string>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withThrowawayEngines({ say, isFast, database = engineAsked() ?? 'mariadb' }, work) {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (databaseUrl && redisUrl) return work({ TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl });
  const dataFolder = mkdtempSync(join(tmpdir(), 'careline-'));
  await takeFolder(dataFolder);
  const starting = startEngines({ dataFolder, say, isFast, database });
  /** @type {Promise<void> | null} */
  let clearing = null;
  const clear = () => (clearing ??= starting.then((engines) => engines.stop(), () => {}).then(() => rmSync(dataFolder, { recursive: true, force: true })));
  const unheard = onSignals((code) => {
    endPrograms();
    void clear().then(() => process.exit(code));
  });
  try {
    const engines = await starting;
    return await work({ TEST_DATABASE_URL: engines.databaseUrl, TEST_REDIS_URL: engines.redisUrl, TEST_ENGINE: database });
  } finally {
    await clear();
    unheard();
  }
}

/**
 * A Kafka broker in a temporary folder, for as long as `work` takes. TEST_KAFKA_BROKERS, when set, is used instead and left as it is.
 * Throws NoKafka when there is none for this machine, or none that starts on it.
 * @template T
 * @param {(text: string) => void} say
 * @param {(env: Record<string, string>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withThrowawayKafka(say, work) {
  if (process.env.TEST_KAFKA_BROKERS) return work({});
  const binary = await provideKafka(say);
  const folder = mkdtempSync(join(tmpdir(), 'careline-kafka-'));
  const starting = startKafka(binary, folder, say);
  const clear = () => starting.then(({ engine }) => engine.stop(), () => {}).then(() => rmSync(folder, { recursive: true, force: true }));
  const unheard = onSignals(() => void clear());
  try {
    const { ports, account } = await starting;
    return await work({ TEST_KAFKA_BROKERS: `127.0.0.1:${ports.open}`, TEST_KAFKA_CLOSED: `${account.username}:${account.password}@127.0.0.1:${ports.closed}` });
  } finally {
    await clear();
    unheard();
  }
}

/**
 * A broker that answers; tried a second time, in another folder and on other ports, since a port that was free may be taken meanwhile.
 * @param {import('./engines/kafka-packages.mjs').KafkaBinary} binary
 * @param {string} folder
 * @param {(text: string) => void} say
 */
async function startKafka(binary, folder, say) {
  const account = { username: 'careline', password: randomBytes(12).toString('hex') };
  for (let tried = 1; ; tried += 1) {
    const ports = await freePorts();
    try {
      const engine = await kafkaEngine({ binary, folder: join(folder, `kafka-${tried}`), ports, account, say });
      await engine.start();
      return { engine, ports, account };
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (tried === 2) throw new NoKafka(`it does not start here: ${message}`);
      say(`Kafka did not start, trying once more: ${message}`);
    }
  }
}

/**
 * @param {(exitCode: number) => void} act
 * @returns {() => void} stops listening
 */
function onSignals(act) {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  const listeners = Object.entries(codes).map(([name, code]) => /** @type {const} */ ([name, () => act(code)]));
  for (const [name, listener] of listeners) process.once(name, listener);
  return () => listeners.forEach(([name, listener]) => process.off(name, listener));
}
