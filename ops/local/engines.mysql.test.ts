import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngines } from './engines.mjs';

const dataFolder = mkdtempSync(join(tmpdir(), 'careline-engines-'));
let engines: Awaited<ReturnType<typeof startEngines>>;

async function rows(sql: string, url = engines.databaseUrl): Promise<any[]> {
  const connection = await mysql.createConnection(url);
  try {
    return (await connection.query(sql))[0] as any[];
  } finally {
    await connection.end();
  }
}

describe('MySQL of our own', () => {
  beforeAll(async () => {
    engines = await startEngines({ dataFolder, database: 'mysql' });
  });
  afterAll(async () => {
    await engines?.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  it('listens on a socket only, durable, and refuses root without the password', async () => {
    const [facts] = await rows('SELECT @@port AS port, @@skip_networking AS closed, @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS binlog, @@sync_binlog AS sync, @@transaction_isolation AS isolation, @@collation_server AS collation');
    expect(facts).toEqual({ port: 0, closed: 1, flush: 1, binlog: 1, sync: 1, isolation: 'READ-COMMITTED', collation: 'utf8mb4_unicode_520_ci' });
    await expect(rows('SELECT 1', engines.databaseUrl.replace(/root:[^@]+@/, 'root@'))).rejects.toMatchObject({ errno: 1045 });
    expect(await rows("SELECT user, host, plugin FROM mysql.user WHERE user NOT LIKE 'mysql.%'")).toEqual([{ user: 'root', host: 'localhost', plugin: 'caching_sha2_password' }]);
  });

  it('takes no table without a primary key, as a cluster does not', async () => {
    await rows('CREATE DATABASE keyless');
    await expect(rows('CREATE TABLE keyless.heap (n INT)')).rejects.toMatchObject({ errno: 3750 });
  });

  it('comes back with every answered commit after kill -9', async () => {
    await rows('CREATE DATABASE crash');
    await rows('CREATE TABLE crash.sent (id INT PRIMARY KEY)');
    for (let id = 0; id < 20; id += 1) await rows(`INSERT INTO crash.sent VALUES (${id})`);
    const killedPid = engines.pids.database;
    process.kill(killedPid, 'SIGKILL');
    await vi.waitUntil(() => engines.pids.database !== killedPid, { timeout: 10_000 });
    const counted = await vi.waitFor(() => rows('SELECT COUNT(*) AS count FROM crash.sent'), { timeout: 30_000 });
    expect(counted).toEqual([{ count: 20 }]);
  }, 60_000);
});
