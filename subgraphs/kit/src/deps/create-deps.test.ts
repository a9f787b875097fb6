import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDatabaseFacts } from '../db/index.ts';
import { testEngines, testPrefix, testRedisUrl } from '../testing/index.ts';
import { createDeps, loadProcessConfig } from './index.ts';

it('opens what the subgraphs of a process share, with keys that the next process finds again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'careline-deps-'));
  const config = loadProcessConfig({ DATABASE_URL: testEngines().databaseUrl, REDIS_URL: testRedisUrl(testPrefix()), DATA_DIR: dataDir, LOG_LEVEL: 'silent', TICKETS_URL: 'http://127.0.0.1:9' });
  const [api, worker] = await Promise.all([createDeps('api', config), createDeps('worker', config)]);
  expect(api).toMatchObject({ databasePrefix: 'careline', timeZone: 'Asia/Shanghai', isProduction: false, publicUrl: 'http://localhost:4000' });
  expect(worker.keyring.secret('internal')).toEqual(api.keyring.secret('internal'));
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(await api.bus.ping()).toBe(true);
  await expect(api.services.query('tickets', '{ __typename }')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await Promise.all([api.close(), worker.close()]);
  rmSync(dataDir, { recursive: true });
});

// The throw-away engines of `npm test` are weak on purpose; others may not be.
const { weaknesses } = await readDatabaseFacts(testEngines().databaseUrl);
it.skipIf(weaknesses.length === 0)('refuses, in production, a database that may forget an answered commit, unless that is accepted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'careline-deps-'));
  const env = { DATABASE_URL: testEngines().databaseUrl, REDIS_URL: testRedisUrl(testPrefix()), DATA_DIR: dataDir, LOG_LEVEL: 'silent', NODE_ENV: 'production' };
  await expect(createDeps('api', loadProcessConfig(env))).rejects.toThrow(/DATABASE_URL: innodb_flush_log_at_trx_commit is \d[\s\S]*CARELINE_WEAK_COMMITS: set it to 1/);
  const deps = await createDeps('api', loadProcessConfig({ ...env, CARELINE_WEAK_COMMITS: '1' }));
  expect(deps.isProduction).toBe(true);
  await deps.close();
  rmSync(dataDir, { recursive: true });
});

it('names every setting that is missing or wrong', () => {
  expect(() => loadProcessConfig({ REDIS_URL: 'nonsense', TIME_ZONE: 'Mars/Base', KAFKA_BROKERS: 'kafka', KAFKA_USERNAME: 'half' })).toThrow(/DATABASE_URL: is not set[\s\S]*REDIS_URL: is not an address[\s\S]*KAFKA_BROKERS: is no list[\s\S]*TIME_ZONE[\s\S]*KAFKA_USERNAME: and KAFKA_PASSWORD/);
});
