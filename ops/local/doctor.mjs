import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.mjs';
import { findMariadb, findRedis } from './engines/binaries.mjs';
import { ownerOf } from './engines.mjs';
import { readSettings, requireNode, typescriptFlags } from './settings.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const GIB = 1024 ** 3;

/**
 * One thing looked at. `advice` says what to do when it is not well; without it all is well.
 * @typedef {{ name: string, found: string, advice?: string, isFatal?: boolean }} Finding
 */

/** @returns {Finding} */
function checkNode() {
  try {
    requireNode();
    return { name: 'Node', found: process.versions.node };
  } catch (error) {
    return { name: 'Node', found: process.versions.node, advice: `${/** @type {Error} */ (error).message} Install it from nodejs.org or your package manager.`, isFatal: true };
  }
}

/** @returns {Finding[]} */
function checkMachine() {
  const cores = availableParallelism();
  const memory = totalmem() / GIB;
  return [
    { name: 'Processor', found: `${cores} cores`, ...(cores < 2 && { advice: 'Two cores or more are advised: answering and background work run as two processes.' }) },
    { name: 'Memory', found: `${memory.toFixed(1)} GiB`, ...(memory < 1.8 && { advice: 'At least 2 GiB are advised.' }) },
  ];
}

/**
 * @param {string} dataFolder
 * @returns {Finding}
 */
function checkDisk(dataFolder) {
  let folder = dataFolder;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return { name: 'Data folder', found: dataFolder, advice: `${folder} can't be written by this user. Change its owner, or set DATA_DIR.`, isFatal: true };
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIB;
  const owner = ownerOf(dataFolder);
  return { name: 'Data folder', found: `${dataFolder}, ${free.toFixed(1)} GiB free${owner ? `, in use by process ${owner.pid}` : ''}`, ...(free < 2 && { advice: 'Less than 2 GiB are free. Make room, or set DATA_DIR to another disk.' }) };
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @returns {Promise<Finding[]>}
 */
async function checkEngines({ databaseUrl, redisUrl, dataFolder }) {
  if (databaseUrl && redisUrl) return Promise.all([checkDatabase(databaseUrl), checkAddress('Redis', redisUrl, 6379, 'REDIS_URL')]);
  const unpacked = join(dataFolder, 'engines/unpacked');
  const found = { mariadb: findMariadb() ?? findMariadb(unpacked), redis: findRedis() ?? findRedis(unpacked) };
  const canGet = existsSync('/usr/bin/apt-get');
  const missing = (/** @type {string} */ packages) => (canGet ? { found: `not here yet; npm start gets it (${packages})` } : { found: 'missing', advice: `Install ${packages}, or set DATABASE_URL and REDIS_URL.`, isFatal: true });
  return [
    { name: 'MariaDB', ...(found.mariadb ? { found: `${found.mariadb.version} (${found.mariadb.path})` } : missing('mariadb-server-core')) },
    { name: 'Redis', ...(found.redis ? { found: `${found.redis.version} (${found.redis.path})` } : missing('redis-tools')) },
  ];
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @returns {Promise<Finding[]>}
 */
function checkBrokers({ kafkaBrokers }) {
  return Promise.all(kafkaBrokers.map((broker) => checkAddress('Kafka', `tcp://${broker}`, 9092, 'KAFKA_BROKERS')));
}

/**
 * @param {string} url
 * @returns {Promise<Finding>}
 */
async function checkDatabase(url) {
  const answers = await checkAddress('Database', url, 3306, 'DATABASE_URL');
  if (answers.advice) return answers;
  // Before the first start there is no driver to ask with.
  if (!existsSync(join(root, 'node_modules/mysql2'))) return { ...answers, found: `${answers.found}; what it is will be told after the first start` };
  const asked = spawnSync(process.execPath, [...typescriptFlags(), join(root, 'ops/local/database-facts.ts')], { cwd: root, env: { ...process.env, DATABASE_URL: url }, encoding: 'utf8', timeout: 30_000 });
  const { engine, weaknesses = [], trouble } = JSON.parse(asked.stdout || JSON.stringify({ trouble: asked.stderr || 'no answer' }));
  if (trouble) return { ...answers, advice: `Refuses us: ${trouble}. Check DATABASE_URL.`, isFatal: true };
  return {
    name: 'Database', found: `${engine} at ${answers.found}`,
    ...(weaknesses.length > 0 && { advice: `${weaknesses.join('.\n    ')}.\n    A power cut may undo confirmed messages; in production Careline refuses to start.` }),
  };
}

/**
 * @param {string} name
 * @param {string} url
 * @param {number} port
 * @param {string} variable
 * @returns {Promise<Finding>}
 */
function checkAddress(name, url, port, variable) {
  const at = new URL(url);
  const socket = at.searchParams.get('socketPath') ?? (at.protocol === 'unix:' ? at.pathname : null);
  const found = socket ?? `${at.hostname}:${at.port || port}`;
  return new Promise((resolve) => {
    const connection = socket ? createConnection(socket) : createConnection(Number(at.port || port), at.hostname);
    const done = (/** @type {string | null} */ trouble) => {
      connection.destroy();
      resolve({ name, found: `${found} (${variable})`, ...(trouble && { advice: `Does not answer: ${trouble}. Check ${variable} and that it runs.`, isFatal: true }) });
    };
    connection.setTimeout(3_000, () => done('no answer in 3 s'));
    connection.once('error', (error) => done(error.message));
    connection.once('connect', () => done(null));
  });
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @returns {Promise<Finding>}
 */
function checkPort({ host, port, dataFolder }) {
  const owner = ownerOf(dataFolder);
  if (owner) return Promise.resolve({ name: 'Port', found: `${port}, Careline runs (process ${owner.pid})` });
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve({ name: 'Port', found: `${host}:${port}`, advice: `${error.message}. Stop the other program, or set PORT.`, isFatal: true }));
    probe.listen(port, host, () => probe.close(() => resolve({ name: 'Port', found: `${host}:${port} is free` })));
  });
}

async function main() {
  readArguments('Usage: npm run doctor. Says what of this machine would keep Careline from running, and what to do about it; changes nothing.');
  const settings = readSettings(process.env, root);
  const findings = [checkNode(), ...checkMachine(), checkDisk(settings.dataFolder), ...(await checkEngines(settings)), ...(await checkBrokers(settings)), await checkPort(settings)];
  for (const { name, found, advice } of findings) console.log(`${advice ? '✗' : '✓'} ${name.padEnd(12)} ${found}${advice ? `\n  → ${advice}` : ''}`);
  const troubles = findings.filter((f) => f.advice).length;
  console.log(troubles ? `\n${troubles} to look at.` : '\nAll well. Start with: npm start');
  process.exit(findings.some((f) => f.isFatal) ? 1 : 0);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
