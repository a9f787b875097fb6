import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FolderInUse, startEngines, stopLeftEngines, takeFolder } from './engines.mjs';
import { isAlive, markOf, startTimeOf } from './engines/processes.mjs';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'careline-engines-'));
  undo.push(async () => {
    await stopLeftEngines(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function startHere(dataFolder: string) {
  const engines = await startEngines({ dataFolder });
  undo.push(() => engines.stop());
  return engines;
}

/** Another starter, as a process of its own; it prints what it got as JSON. */
function startElsewhere(dataFolder: string, then: string): ChildProcess {
  const module = new URL('./engines.mjs', import.meta.url).href;
  const script = `import { startEngines, takeFolder } from ${JSON.stringify(module)}; const dataFolder = ${JSON.stringify(dataFolder)};
    const say = (value) => console.log(JSON.stringify(value)); ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  undo.push(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  return child;
}

async function firstWord(child: ChildProcess): Promise<any> {
  const [chunk] = await once(child.stdout!, 'data');
  return JSON.parse(String(chunk).split('\n')[0]!);
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function rows(databaseUrl: string, sql: string): Promise<any[]> {
  const connection = await mysql.createConnection(databaseUrl);
  try {
    return (await connection.query(sql))[0] as any[];
  } finally {
    await connection.end();
  }
}

describe('engines of our own', () => {
  it('listen on sockets only, durable, and refuse root without the password', async () => {
    const dataFolder = temporaryFolder();
    const engines = await startHere(dataFolder);
    const [facts] = await rows(engines.databaseUrl, 'SELECT @@port AS port, @@skip_networking AS closed, @@innodb_flush_log_at_trx_commit AS flush, @@tx_isolation AS isolation, @@collation_server AS collation, @@tmpdir AS tmpdir');
    expect(facts).toEqual({ port: 0, closed: 1, flush: 1, isolation: 'READ-COMMITTED', collation: 'utf8mb4_unicode_520_ci', tmpdir: join(dataFolder, 'engines/tmp') });
    await expect(rows(engines.databaseUrl.replace(/root:[^@]+@/, 'root@'), 'SELECT 1')).rejects.toMatchObject({ errno: 1045 });
    expect(statSync(join(dataFolder, 'engines/secret')).mode & 0o777).toBe(0o600);
    expect(await rows(engines.databaseUrl, "SELECT user, host FROM mysql.global_priv WHERE user NOT LIKE 'mariadb.sys'")).toEqual([{ user: 'root', host: 'localhost' }]);
  });

  it('are adopted when the starter was killed with -9, with what they held', async () => {
    const dataFolder = temporaryFolder();
    const other = startElsewhere(dataFolder, 'await takeFolder(dataFolder); const e = await startEngines({ dataFolder }); say({ url: e.databaseUrl, pids: e.pids });');
    const first = await firstWord(other);
    await rows(first.url, 'CREATE DATABASE kept');
    await killed(other);
    undo.push(await takeFolder(dataFolder));
    const engines = await startHere(dataFolder);
    expect(engines.pids).toEqual(first.pids);
    expect(await rows(engines.databaseUrl, "SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
  });

  it('come back with every answered commit after kill -9 of MariaDB', async () => {
    const engines = await startHere(temporaryFolder());
    await rows(engines.databaseUrl, 'CREATE DATABASE crash');
    await rows(engines.databaseUrl, 'CREATE TABLE crash.sent (id INT PRIMARY KEY)');
    for (let id = 0; id < 20; id += 1) await rows(engines.databaseUrl, `INSERT INTO crash.sent VALUES (${id})`);
    const killedPid = engines.pids.database;
    process.kill(killedPid, 'SIGKILL');
    await vi.waitUntil(() => engines.pids.database !== killedPid, { timeout: 10_000 });
    const counted = await vi.waitFor(() => rows(engines.databaseUrl, 'SELECT COUNT(*) AS count FROM crash.sent'), { timeout: 15_000 });
    expect(counted).toEqual([{ count: 20 }]);
  });

  it('are made anew when the making of the folder was killed halfway', async () => {
    const dataFolder = temporaryFolder();
    const other = startElsewhere(dataFolder, 'await startEngines({ dataFolder });');
    const engineFolder = join(dataFolder, 'engines');
    await vi.waitUntil(() => existsSync(engineFolder) && readdirSync(engineFolder).some((name) => name.startsWith('mariadb.init-')), { timeout: 10_000, interval: 1 });
    await killed(other);
    expect(existsSync(join(engineFolder, 'mariadb'))).toBe(false);
    const engines = await startHere(dataFolder);
    expect(await rows(engines.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(engineFolder).filter((name) => name.startsWith('mariadb.init-'))).toEqual([]);
  });

  it('find a short place for their sockets when the path of the data folder is long', async () => {
    const dataFolder = join(temporaryFolder(), 'a-rather-long-name-of-a-folder'.repeat(4));
    const engines = await startHere(dataFolder);
    expect(await rows(engines.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('are stopped, though nobody owns them, before a folder is deleted', async () => {
    const dataFolder = temporaryFolder();
    const other = startElsewhere(dataFolder, 'const e = await startEngines({ dataFolder }); say(e.pids);');
    const pids = await firstWord(other);
    await killed(other);
    const marks = [markOf(pids.database), markOf(pids.redis)];
    expect(await stopLeftEngines(dataFolder)).toBe(2);
    expect(marks.map(isAlive)).toEqual([false, false]);
  });

  it('say what is wrong when the password file is lost', async () => {
    const dataFolder = temporaryFolder();
    await (await startEngines({ dataFolder })).stop();
    rmSync(join(dataFolder, 'engines/secret'));
    await expect(startEngines({ dataFolder })).rejects.toThrow(/secret is missing/);
  });
});

describe('takeFolder', () => {
  it('refuses a second instance, naming the process that holds the folder', async () => {
    const dataFolder = temporaryFolder();
    const other = startElsewhere(dataFolder, 'await takeFolder(dataFolder); say("taken"); setInterval(() => {}, 1000);');
    await firstWord(other);
    const refused = await takeFolder(dataFolder).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FolderInUse);
    expect((refused as Error).message).toContain(`process ${other.pid}`);
    await killed(other);
    undo.push(await takeFolder(dataFolder));
  });

  it('lets exactly one of four starters take over from a dead owner', async () => {
    const dataFolder = temporaryFolder();
    writeFileSync(join(dataFolder, 'owner.json'), JSON.stringify({ pid: 1, startTime: 'long ago' }));
    const others = Array.from({ length: 4 }, () => startElsewhere(dataFolder, 'try { await takeFolder(dataFolder); say("taken"); } catch (error) { say(error.name); } setInterval(() => {}, 1000);'));
    const words = await Promise.all(others.map(firstWord));
    expect(words.sort()).toEqual(['FolderInUse', 'FolderInUse', 'FolderInUse', 'taken']);
  });

  it('takes over when the pid of the dead owner belongs to another process now', async () => {
    const dataFolder = temporaryFolder();
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(join(dataFolder, 'owner.json'), JSON.stringify({ pid: process.ppid, startTime: '1' }));
    undo.push(await takeFolder(dataFolder));
    expect(JSON.parse(readFileSync(join(dataFolder, 'owner.json'), 'utf8')).pid).toBe(process.pid);
  });
});

describe('startTimeOf', () => {
  it.runIf(process.platform === 'linux')('takes a zombie for dead', async () => {
    // The shell's background child ends at once; `exec sleep` never reaps it.
    const parent = spawn('bash', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    undo.push(() => parent.kill('SIGKILL'));
    const pid = await firstWord(parent);
    await vi.waitUntil(() => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')), { timeout: 5_000 });
    expect(startTimeOf(pid)).toBeNull();
    expect(startTimeOf(parent.pid!)).not.toBeNull();
  });
});
