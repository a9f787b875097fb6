import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase, testEngines, testLogger } from '../testing/index.ts';
import { migrate, openDatabase } from './index.ts';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
const opened: TestDatabase[] = [];
const folders: string[] = [];

async function database(): Promise<TestDatabase> {
  const db = await createTestDatabase();
  opened.push(db);
  return db;
}

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'careline-migrations-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

afterEach(async () => {
  for (const db of opened.splice(0)) await db.drop();
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

const rowsOf = (db: TestDatabase, table: string) => db.query<{ n: number }>(`SELECT n FROM ${table} ORDER BY n`).then((rows) => rows.map((row) => row.n));

describe('migrate', () => {
  it('runs each file once when four processes start together', async () => {
    const first = await database();
    const path = folder({ '0001_rooms.sql': 'CREATE TABLE rooms (n INT PRIMARY KEY); INSERT INTO rooms VALUES (1);', '0002_more.sql': 'INSERT INTO rooms VALUES (2)' });
    const starters = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url: testEngines().databaseUrl, name: first.name, poolSize: 2, log: testLogger() })));
    const finished = await Promise.all(starters.map((db) => migrate(db, [path])));
    expect(finished.sort((a, b) => b.length - a.length)).toEqual([['0001_rooms', '0002_more'], [], [], []]);
    expect(await rowsOf(first, 'rooms')).toEqual([1, 2]);
    await Promise.all(starters.map((db) => db.close()));
  });

  it('goes on at the statement where a start failed', async () => {
    const db = await database();
    const path = folder({ '0001_rooms.sql': 'CREATE TABLE rooms (n INT PRIMARY KEY); INSERT INTO rooms VALUES (1); INSERT INTO doors VALUES (1);' });
    await expect(migrate(db, [path])).rejects.toThrow('statement 3 of migration 0001_rooms failed');
    await db.execute('CREATE TABLE doors (n INT PRIMARY KEY)');
    expect(await migrate(db, [path])).toEqual(['0001_rooms']);
    expect([await rowsOf(db, 'rooms'), await rowsOf(db, 'doors')]).toEqual([[1], [1]]);
    expect(await migrate(db, [path])).toEqual([]);
  });

  it('accepts that a table exists only for the statement whose mark was lost', async () => {
    const db = await database();
    const statements = ['CREATE TABLE rooms (n INT PRIMARY KEY)', 'CREATE TABLE doors (n INT PRIMARY KEY)', 'CREATE TABLE keys_of (n INT PRIMARY KEY)'];
    const path = folder({ '0001_rooms.sql': statements.join(';') });
    await migrate(db, [path]);
    const checksum = createHash('sha256').update(statements[0]!).digest('hex');
    await db.execute('DROP TABLE keys_of');
    await db.execute("UPDATE schema_migrations SET done = 1, checksum = ? WHERE tag = '0001_rooms'", [checksum]);
    expect(await migrate(db, [path])).toEqual(['0001_rooms']);
    await db.execute("UPDATE schema_migrations SET done = 1, checksum = ? WHERE tag = '0001_rooms'", [checksum]);
    await expect(migrate(db, [path]), 'the third table exists although its turn had not come').rejects.toThrow('statement 3');
  });

  it('refuses a file that was edited after it ran, but lets the rest of a failed one be mended', async () => {
    const db = await database();
    const good = 'CREATE TABLE rooms (n INT PRIMARY KEY);';
    const path = folder({ '0001_rooms.sql': `${good} INSERT INTO roms VALUES (1)` });
    await expect(migrate(db, [path])).rejects.toThrow('statement 2');
    writeFileSync(join(path, '0001_rooms.sql'), `-- a comment is no edit\n${good} INSERT INTO rooms VALUES (1)`);
    expect(await migrate(db, [path])).toEqual(['0001_rooms']);
    writeFileSync(join(path, '0001_rooms.sql'), `${good} INSERT INTO rooms VALUES (2)`);
    await expect(migrate(db, [path])).rejects.toThrow('0001_rooms was edited');
    writeFileSync(join(path, '0001_rooms.sql'), `${good} INSERT INTO rooms VALUES (1); INSERT INTO rooms VALUES (3)`);
    await expect(migrate(db, [path])).rejects.toThrow('0001_rooms was edited');
  });

  it('runs a file that was merged late, and refuses a database of a newer version', async () => {
    const db = await database();
    const path = folder({ '0002_b.sql': 'CREATE TABLE b (n INT PRIMARY KEY)' });
    await migrate(db, [path]);
    writeFileSync(join(path, '0001_a.sql'), 'CREATE TABLE a (n INT PRIMARY KEY)');
    expect(await migrate(db, [path])).toEqual(['0001_a']);
    await expect(migrate(db, [])).rejects.toThrow('it knows 0001_a');
  });
});
