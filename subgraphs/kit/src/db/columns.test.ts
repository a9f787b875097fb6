import { eq } from 'drizzle-orm';
import { mysqlTable } from 'drizzle-orm/mysql-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { fromSqlInstant, inList, instant, jsonColumn, newId, publicId, sealed, toSqlInstant } from './index.ts';

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

it('finds rows by a list of ids, and none by an empty one', async () => {
  const [one, other, absent] = [newId('rom'), newId('rom'), newId('rom')];
  await db.orm.insert(rooms).values([one, other].map((id) => ({ id, openedAt: 0 })));
  const find = async (ids: string[]) => (await db.orm.select({ id: rooms.id }).from(rooms).where(inList(rooms.id, ids)).orderBy(rooms.id)).map(({ id }) => id);
  expect([await find([other, absent, one, one]), await find([]), await find([absent])]).toEqual([[one, other], [], []]);
  await expect(find([newId('tkt')])).rejects.toThrow(/not an id of kind rom/);
  expect(db.orm.select().from(rooms).where(inList(rooms.openedAt, [0, 1, 2])).toSQL().params).toEqual([['1970-01-01 00:00:00.000', '1970-01-01 00:00:00.001', '1970-01-01 00:00:00.002']]);
});

it('spells instants of any day, before 1970 and far ahead too, as the calendar has them', () => {
  const day = 86_400_000;
  const around = [0, 1, 59_999, 3_600_000, day - 1].flatMap((rest) => [-day * 400, -day, 0, day * 59, day * 20_780, Date.parse('9999-01-01T00:00:00Z')].map((from) => from + rest));
  for (const ms of [...around, ...around.toReversed()]) expect(`${toSqlInstant(ms).replace(' ', 'T')}Z`).toBe(new Date(ms).toISOString());
  expect(() => toSqlInstant(Number.NaN)).toThrow(RangeError);
});

it('says NOT_FOUND for an id of another kind', async () => {
  await expect((async () => db.orm.select().from(rooms).where(eq(rooms.id, newId('tkt'))))()).rejects.toThrow(/not an id of kind rom/);
});
