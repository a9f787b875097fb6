import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { asc, eq } from 'drizzle-orm';
import { channels } from './channel.tables.ts';

export type ChannelRow = typeof channels.$inferSelect;

/** Channels by id; unknown ids are absent. */
export async function selectChannels(q: Queryable, ids: readonly string[]): Promise<Map<string, ChannelRow>> {
  if (ids.length === 0) return new Map();
  const rows = await q.orm.select().from(channels).where(inList(channels.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

export async function selectChannelByKey(q: Queryable, key: string): Promise<ChannelRow | null> {
  // Compared in ASCII: a key with any other letter names nothing.
  if (!/^[\x21-\x7e]{1,64}$/.test(key)) return null;
  const [row] = await q.orm.select().from(channels).where(eq(channels.key, key));
  return row ?? null;
}

/** Every channel by name. There are a handful. */
export function selectAllChannels(q: Queryable): Promise<ChannelRow[]> {
  return q.orm.select().from(channels).orderBy(asc(channels.name), asc(channels.id));
}

export async function insertChannel(tx: Tx, row: ChannelRow): Promise<void> {
  await tx.orm.insert(channels).values(row);
}

export async function lockChannel(tx: Tx, id: string): Promise<ChannelRow | null> {
  return (await tx.orm.select().from(channels).where(eq(channels.id, id)).for('update'))[0] ?? null;
}

export async function updateChannel(tx: Tx, { id, ...changes }: ChannelRow): Promise<void> {
  await tx.orm.update(channels).set(changes).where(eq(channels.id, id));
}
