import type { Db } from '../db/index.ts';

/** A database as an update from a release without this index leaves it: all its texts are still to be made findable. */
export async function beforeIndex(db: Db, table: 'message_words' | 'customer_words' | 'ticket_words'): Promise<void> {
  await db.execute('INSERT INTO word_backfills (name, after_id, next_place, ends_at) VALUES (?, REPEAT(CHAR(0), 16), 1, DATE_ADD(NOW(3), INTERVAL 1 DAY))', [table]);
}
