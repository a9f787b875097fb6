import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngines, takeFolder } from './engines.mjs';
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
 * @param {(exitCode: number) => void} act
 * @returns {() => void} stops listening
 */
function onSignals(act) {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  const listeners = Object.entries(codes).map(([name, code]) => /** @type {const} */ ([name, () => act(code)]));
  for (const [name, listener] of listeners) process.once(name, listener);
  return () => listeners.forEach(([name, listener]) => process.off(name, listener));
}
