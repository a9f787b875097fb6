import { sql } from 'drizzle-orm';
import { int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { insertMany, instant, jsonColumn, newId, publicId, sealed } from './index.ts';

const things = mysqlTable('things', {
  id: publicId('thg', 'id').primaryKey(),
  name: varchar('name', { length: 50 }),
  at: instant('at').notNull(),
  facts: jsonColumn<object>('facts'),
  bytes: sealed('bytes', 20),
  size: int('size').notNull().default(7),
  double: int('double_size').generatedAlwaysAs(sql`size * 2`, { mode: 'stored' }),
});

let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE things (id BINARY(16) PRIMARY KEY, name VARCHAR(50) NULL, at DATETIME(3) NOT NULL, facts JSON NULL, bytes VARBINARY(20) NULL, size INT NOT NULL DEFAULT 7, double_size INT AS (size * 2) STORED) CHARSET=utf8mb4');
});
afterAll(() => db.drop());

it('stores what the query builder would, whatever stands in it', async () => {
  const rows = [
    { id: newId('thg'), name: "O'Brien \\ \" ? 喵😀\n", at: 1_700_000_000_123, facts: { a: ["'", null, '\\'] }, bytes: Buffer.from([0, 39, 92, 255]), size: 1 },
    { id: newId('thg'), name: null, at: 0, facts: null, bytes: null, size: -2 },
  ];
  await db.transaction((tx) => insertMany(tx, things, rows));
  const stored = await db.orm.select().from(things).orderBy(things.id);
  expect(stored).toEqual(rows.map((row) => ({ ...row, double: row.size * 2 })));
});

it('leaves to the table what no row names, and takes more rows than one statement holds, or none', async () => {
  const rows = Array.from({ length: 1_203 }, (_, index) => ({ id: newId('thg'), name: `n${index}`, at: 5 }));
  await db.execute('DELETE FROM things');
  await db.transaction((tx) => insertMany(tx, things, rows));
  await db.transaction((tx) => insertMany(tx, things, []));
  const [counted] = await db.query<{ n: number; sizes: number }>('SELECT COUNT(*) AS n, SUM(size) AS sizes FROM things');
  expect([Number(counted!.n), Number(counted!.sizes)]).toEqual([1_203, 1_203 * 7]);
});

it('refuses rows of which one names other columns, and stores none', async () => {
  await db.execute('DELETE FROM things');
  const row = { id: newId('thg'), name: 'a', at: 5 };
  for (const other of [{ id: newId('thg'), at: 5 }, { id: newId('thg'), name: 'b', at: 5, size: 3 }]) {
    await expect(db.transaction((tx) => insertMany(tx, things, [row, other]))).rejects.toThrow('rows of things have different columns');
  }
  expect(await db.query('SELECT id FROM things')).toEqual([]);
});

it('leaves out rows whose key is there already, when asked to', async () => {
  await db.execute('DELETE FROM things');
  const known = { id: newId('thg'), name: 'first', at: 5 };
  await db.transaction((tx) => insertMany(tx, things, [known]));
  const rows = [{ ...known, name: 'again' }, { id: newId('thg'), name: 'new', at: 5 }];
  await expect(db.transaction((tx) => insertMany(tx, things, rows))).rejects.toThrow();
  await db.transaction((tx) => insertMany(tx, things, rows, { keepsKnown: true }));
  expect((await db.orm.select().from(things).orderBy(things.name)).map(({ name }) => name)).toEqual(['first', 'new']);
});
