import { eq } from 'drizzle-orm';
import { mysqlTable } from 'drizzle-orm/mysql-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { fromSqlInstant, instant, jsonColumn, newId, publicId, sealed, toSqlInstant } from './index.ts';

const rooms = mysqlTable('rooms', {
  id: publicId('rom').primaryKey(), openedAt: instant().notNull(), closedAt: instant('closed_at'), name: sealed('name_sealed'), facts: jsonColumn<{ a: string[] }>(),
});
let db: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE rooms (id BINARY(16) PRIMARY KEY, opened_at DATETIME(3) NOT NULL, closed_at DATETIME(3), name_sealed BLOB, facts JSON)');
});
afterAll(() => db.drop());

it('round-trips ids, instants to the millisecond, bytes and JSON', async () => {
  const row = { id: newId('rom'), openedAt: Date.parse('2026-11-23T06:26:00.123Z'), closedAt: null, name: Buffer.from([0, 255, 39]), facts: { a: ['é', '客服', "'"] } };
  await db.orm.insert(rooms).values(row);
  expect(await db.orm.select().from(rooms).where(eq(rooms.id, row.id))).toEqual([row]);
  const [raw] = await db.query<{ opened_at: Date }>('SELECT opened_at FROM rooms WHERE opened_at = ?', [toSqlInstant(row.openedAt)]);
  expect(fromSqlInstant(raw!.opened_at)).toBe(row.openedAt);
});

it('says NOT_FOUND for an id of another kind', async () => {
  await expect((async () => db.orm.select().from(rooms).where(eq(rooms.id, newId('tkt'))))()).rejects.toThrow(/not an id of kind rom/);
});
