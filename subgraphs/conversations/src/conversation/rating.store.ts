import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { ratings } from './conversation.tables.ts';

export type RatingRow = typeof ratings.$inferSelect;

/** Ratings of these conversations; unrated ones are absent. */
export async function selectRatings(q: Queryable, conversationIds: readonly string[]): Promise<RatingRow[]> {
  return conversationIds.length === 0 ? [] : q.orm.select().from(ratings).where(inList(ratings.conversationId, conversationIds));
}

/** Stores the one rating; a second one is a duplicate. */
export async function insertRating(tx: Tx, row: RatingRow): Promise<void> {
  await tx.orm.insert(ratings).values(row);
}
