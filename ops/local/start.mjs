import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.mjs';
import { Child } from './child.mjs';
import { startEngines, takeFolder } from './engines.mjs';
import { endProcess, FEW_ARENAS, processesNaming } from './engines/processes.mjs';
import { ensureInstalled } from './install.mjs';
import { createProgress, endPrograms } from './program.mjs';
import { serverArgs } from './servers.mjs';
import { readSettings, requireNode } from './settings.mjs';
import { ensureWebBuilt } from './web.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const { say, seconds } = createProgress();
const USAGE = 'Usage: npm start. Installs, builds and starts all of Careline; Ctrl-C stops it. Settings are variables: PORT, HOST, PUBLIC_URL, DATA_DIR, DATABASE_URL, REDIS_URL, KAFKA_BROKERS.';

/** What must be undone at the end, last first. @type {(() => Promise<void> | void)[]} */
const undo = [];
/** @type {Child[]} */
const children = [];
/** @type {Promise<void> | null} */
let ending = null;

/**
 * Ends everything that was started here, in reverse order, whatever state it is in.
 * @param {number} exitCode
 */
function end(exitCode) {
  ending ??= (async () => {
    endPrograms();
    for (const step of undo.reverse()) await Promise.resolve(step()).catch((error) => console.error(error));
    process.exit(exitCode);
  })();
  return ending;
}

function listenForSignals() {
  let times = 0;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => {
      times += 1;
      if (times === 1) say('stopping');
      // Asked again by hand: no more waiting for conversations under way; engines still end properly.
      else for (const child of children) child.kill();
      void end(0);
    });
  }
}

/** @param {import('./settings.mjs').Settings} settings */
async function provideEngines(settings) {
  if (settings.databaseUrl && settings.redisUrl) return { databaseUrl: settings.databaseUrl, redisUrl: settings.redisUrl };
  const starting = startEngines({ dataFolder: settings.dataFolder, say });
  // Registered before it is done, so that Ctrl-C halfway leaves no engine behind.
  undo.push(() => starting.then((engines) => engines.stop(), () => {}));
  return starting;
}

/**
 * Throws when the port is taken, before minutes are spent on installing.
 * @param {import('./settings.mjs').Settings} settings
 */
function requireFreePort({ host, port }) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(new Error(/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE' ? `Port ${port} on ${host} is in use by another program. Stop it, or choose another: PORT=4001 npm start` : `Cannot listen on ${host}:${port}: ${error.message}`)));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

/** @param {Record<string, any>} ready @param {import('./settings.mjs').Settings} settings */
function announce(ready, settings) {
  const at = settings.publicUrl;
  const people = /** @type {{ role: string, email: string, password: string }[]} */ (ready.signIns ?? []);
  console.log(`
Careline is ready, ${seconds().toFixed(1)} s after the command.

  Console        ${at}/
  Visitor demo   ${at}/demo
  Help centre    ${at}/help
  GraphQL        ${at}/graphql
${people.length ? `\n  Demo sign-ins\n${people.map((p) => `    ${p.role.padEnd(13)}${p.email}   ${p.password}`).join('\n')}\n` : ''}
  Data           ${settings.dataFolder}
  Stop           Ctrl-C
`);
}

/** @param {string} dataFolder */
function isDemoTold(dataFolder) {
  const mark = join(dataFolder, 'demo.json');
  return existsSync(mark) && readFileSync(mark, 'utf8').includes('toldAt');
}

async function main() {
  readArguments(USAGE);
  requireNode();
  const settings = readSettings(process.env, root);
  listenForSignals();
  undo.push(await takeFolder(settings.dataFolder));
  // A starter that was killed may have left its two processes draining.
  const marker = `--data-folder=${settings.dataFolder}`;
  await Promise.all(processesNaming(marker).map((mark) => endProcess(mark, 10_000)));
  await requireFreePort(settings);
  const [engines] = await allOrFirstError([provideEngines(settings), ensureInstalled(root, say)]);
  const env = { CARELINE_OWN_ENGINES: settings.databaseUrl ? '0' : '1', DATABASE_URL: engines.databaseUrl, REDIS_URL: engines.redisUrl, DATA_DIR: settings.dataFolder, HOST: settings.host, PORT: String(settings.port), PUBLIC_URL: settings.publicUrl, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'), ...FEW_ARENAS };
  const child = async (/** @type {string} */ name) => new Child({ name, root, env, say, dataFolder: settings.dataFolder, args: [...(await serverArgs(root, `ops/local/${name}.ts`, say)), marker] });
  const api = await child('api');
  const worker = await child('worker');
  children.push(api, worker);
  undo.push(() => Promise.all(children.map((c) => c.stop())).then(() => {}));
  await ensureWebBuilt(root, say);
  if (ending) return;
  say('starting Careline');
  // While the api tells the demo's past, the jobs of the present must not act on it.
  const isDemoPending = !isDemoTold(settings.dataFolder) && process.env.NODE_ENV !== 'production';
  const [ready] = isDemoPending ? [await api.start(), await worker.start()] : await Promise.all([api.start(), worker.start()]);
  if (!ending) announce(ready, settings);
}

/**
 * Waits for all even when one fails, so that nothing half-started is forgotten by `end`.
 * @template {readonly Promise<any>[]} T
 * @param {T} promises
 * @returns {Promise<{ [K in keyof T]: Awaited<T[K]> }>}
 */
async function allOrFirstError(promises) {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((s) => s.status === 'rejected');
  if (failed) throw failed.reason;
  return /** @type {any} */ (settled.map((s) => /** @type {PromiseFulfilledResult<any>} */ (s).value));
}

main().catch((error) => {
  if (ending) return;
  console.error(`\n${error.message}\n`);
  return end(1);
});
