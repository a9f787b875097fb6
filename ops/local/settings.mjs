import { isIP } from 'node:net';
import { resolve } from 'node:path';

/**
 * What `npm start` is told by its environment. The two processes check the rest themselves.
 * @typedef {object} Settings
 * @property {number} port
 * @property {string} host
 * @property {string} publicUrl
 * @property {string} dataFolder absolute
 * @property {string | null} databaseUrl null: an engine of our own
 * @property {string | null} redisUrl null: an engine of our own
 * @property {string[]} kafkaBrokers `host:port`; none: Redis carries the events
 */

/**
 * Reads the environment. Throws one message with everything that is wrong in it.
 * @param {Record<string, string | undefined>} env
 * @param {string} root
 * @returns {Settings}
 */
export function readSettings(env, root) {
  /** @type {string[]} */
  const problems = [];
  const given = (/** @type {string} */ name) => env[name]?.trim() || null;
  const port = Number(given('PORT') ?? 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push('PORT: must be a whole number from 1 to 65535');
  const host = given('HOST') ?? '127.0.0.1';
  if (isIP(host) === 0 && !/^[a-z0-9.-]+$/i.test(host)) problems.push('HOST: must be an address of this machine, such as 127.0.0.1 or 0.0.0.0');
  const publicUrl = given('PUBLIC_URL') ?? `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  if (!hasProtocol(publicUrl, ['http:', 'https:'])) problems.push('PUBLIC_URL: must be an address such as https://help.example.com');
  const databaseUrl = given('DATABASE_URL');
  if (databaseUrl && !hasProtocol(databaseUrl, ['mysql:', 'mariadb:'])) problems.push('DATABASE_URL: must look like mysql://user:password@host:3306/');
  const redisUrl = given('REDIS_URL');
  if (redisUrl && !hasProtocol(redisUrl, ['redis:', 'rediss:', 'unix:'])) problems.push('REDIS_URL: must look like redis://host:6379');
  if (Boolean(databaseUrl) !== Boolean(redisUrl)) problems.push('DATABASE_URL and REDIS_URL: set both, or neither to have Careline run its own engines');
  const kafkaBrokers = (given('KAFKA_BROKERS') ?? '').split(',').map((broker) => broker.trim()).filter(Boolean);
  if (!kafkaBrokers.every((broker) => /^(\[[0-9a-f:]+\]|[a-z0-9._-]+):\d{1,5}$/i.test(broker))) problems.push('KAFKA_BROKERS: must be a list of brokers such as kafka-1:9092,kafka-2:9092');
  if (Boolean(given('KAFKA_USERNAME')) !== Boolean(given('KAFKA_PASSWORD')) || (given('KAFKA_USERNAME') && kafkaBrokers.length === 0)) problems.push('KAFKA_USERNAME and KAFKA_PASSWORD: set both, with KAFKA_BROKERS, or neither');
  if (problems.length > 0) throw new Error(`The configuration is not complete:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  return { port, host, publicUrl: publicUrl.replace(/\/+$/, ''), dataFolder: resolve(root, given('DATA_DIR') ?? '.data'), databaseUrl, redisUrl, kafkaBrokers };
}

/**
 * @param {string} text
 * @param {string[]} protocols
 */
function hasProtocol(text, protocols) {
  try {
    return protocols.includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** Throws when this Node cannot run Careline. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Careline needs Node 20.19 or newer; this is ${process.versions.node}.`);
}

/**
 * How this Node runs our TypeScript: by itself where it strips types (half the time to start), else through tsx.
 * @returns {string[]}
 */
export function typescriptFlags() {
  return 'typescript' in process.features && process.features.typescript ? ['--disable-warning=ExperimentalWarning'] : ['--import', 'tsx'];
}
