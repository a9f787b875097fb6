import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runProgram } from '../program.mjs';
import { answers } from './answers.mjs';
import { Engine } from './engine.mjs';

/**
 * @typedef {object} KafkaOptions
 * @property {import('./kafka-packages.mjs').KafkaBinary} binary
 * @property {string} folder its own; data, settings and log
 * @property {{ open: number, closed: number, controller: number }} ports of loopback: without and with an account, and its own
 * @property {{ username: string, password: string }} account
 * @property {(text: string) => void} say
 */

/** Small, and soon there: it lives for minutes. */
const JAVA_FLAGS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** @param {KafkaOptions} options */
const settingsOf = ({ folder, ports }) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
  'listeners': `OPEN://127.0.0.1:${ports.open},CLOSED://127.0.0.1:${ports.closed},CONTROLLER://127.0.0.1:${ports.controller}`,
  'advertised.listeners': `OPEN://127.0.0.1:${ports.open},CLOSED://127.0.0.1:${ports.closed}`,
  'listener.security.protocol.map': 'OPEN:PLAINTEXT,CLOSED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'OPEN',
  'controller.listener.names': 'CONTROLLER',
  'listener.name.closed.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'listener.name.closed.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'log.dirs': join(folder, 'data'),
  // One that was killed is let in again when its last session has ended.
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
  'auto.create.topics.enable': false,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 1,
});

/**
 * One broker that is its own controller, in a folder made on the first call. Started again by itself when it dies, as any engine.
 * @param {KafkaOptions} options
 * @returns {Promise<Engine>} not started
 */
export async function kafkaEngine(options) {
  const { binary, folder, ports, account, say } = options;
  const settings = join(folder, 'server.properties');
  const java = (/** @type {string[]} */ words) => [...JAVA_FLAGS, '-cp', binary.classPath, ...words];
  if (!existsSync(settings)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(settings, Object.entries(settingsOf(options)).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
    const scram = `SCRAM-SHA-512=[name=${account.username},password=${account.password}]`;
    const id = randomBytes(16).toString('base64url');
    await runProgram(binary.java, java(['kafka.tools.StorageTool', 'format', '-t', id, '-c', settings, '--add-scram', scram]), { say, title: `making the folder of Kafka ${binary.version}` });
  }
  return new Engine({
    name: 'Kafka', binary: { path: binary.java, argv0: binary.java, version: binary.version, env: {}, root: null },
    // It is told from others by the path of its settings.
    args: java(['kafka.Kafka', settings]), socket: settings, logFile: join(folder, 'kafka.log'), isReady: () => isKafkaReady(ports.open), say,
  });
}

/** Asks which requests it knows, the first thing every client asks. */
const QUESTION = Buffer.from('0000000a0012000000000001ffff', 'hex');

/** @param {number} port */
const isKafkaReady = (port) => answers({ port, host: '127.0.0.1' }, QUESTION, (answer) => answer.length > 10 && answer.readInt16BE(8) === 0);

/**
 * Ports of loopback that nothing listens on.
 * @returns {Promise<KafkaOptions['ports']>}
 */
export async function freePorts() {
  const servers = [createServer(), createServer(), createServer()];
  const [open, closed, controller] = await Promise.all(servers.map((server) => new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
  })));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { open, closed, controller };
}
