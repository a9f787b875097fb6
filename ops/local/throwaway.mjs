import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngines, takeFolder } from './engines.mjs';
import { endPrograms } from './program.mjs';

/**
 * Engines in a temporary folder, for as long as `work` takes; gone afterwards, on Ctrl-C too.
 * TEST_DATABASE_URL and TEST_REDIS_URL, when set, are used instead and left as they are.
 * @template T
 * @param {{ say: (text: string) => void, isFast: boolean }} options
 * @param {(env: Record<string, string>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withThrowawayEngines({ say, isFast }, work) {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (databaseUrl && redisUrl) return work({ TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl });
  const dataFolder = mkdtempSync(join(tmpdir(), 'careline-'));
  await takeFolder(dataFolder);
  const starting = startEngines({ dataFolder, say, isFast });
  /** @type {Promise<void> | null} */
  let clearing = null;
  const clear = () => (clearing ??= starting.then((engines) => engines.stop(), () => {}).then(() => rmSync(dataFolder, { recursive: true, force: true })));
  for (const [name, code] of /** @type {const} */ ([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]])) {
    process.once(name, () => {
      endPrograms();
      void clear().then(() => process.exit(code));
    });
  }
  try {
    const engines = await starting;
    return await work({ TEST_DATABASE_URL: engines.databaseUrl, TEST_REDIS_URL: engines.redisUrl });
  } finally {
    await clear();
  }
}
