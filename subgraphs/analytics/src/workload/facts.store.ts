import type { Queryable, Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { and, eq, sql } from 'drizzle-orm';
import type { ConversationFacts } from './facts.rules.ts';
import { assignmentFacts, conversationFacts, messageFacts, progress } from './facts.tables.ts';

/** `known_until` of what is known now. */
export const FOREVER = Date.parse('9999-12-31T00:00:00Z');
const STREAM = 'conversations';

/**
 * The next row version. Holds the counter until the transaction ends: writers of facts go one after the other,
 * so a lower version is never committed after a higher one.
 */
export async function nextRowVersion(tx: Tx): Promise<number> {
  const { insertId } = await tx.execute("UPDATE /* nextRowVersion */ counters SET next_value = LAST_INSERT_ID(next_value) + 1 WHERE name = 'row_version'");
  return insertId;
}

export async function presentFacts(tx: Tx, conversationId: string): Promise<ConversationFacts | null> {
  const [row] = await tx.orm.select().from(conversationFacts).where(isPresent(conversationId)).for('update');
  if (!row) return null;
  const { rowVersion: _version, knownFrom: _from, knownUntil: _until, ...facts } = row;
  return facts;
}

const isPresent = (conversationId: string) => and(eq(conversationFacts.conversationId, conversationId), eq(conversationFacts.knownUntil, FOREVER));

/** Ends what was known of a conversation at `now` and begins what is known instead. */
export async function replaceFacts(tx: Tx, facts: ConversationFacts, known: { rowVersion: number; now: Instant }): Promise<void> {
  await tx.orm.update(conversationFacts).set({ knownUntil: known.now }).where(isPresent(facts.conversationId));
  await tx.orm.insert(conversationFacts).values({ ...facts, rowVersion: known.rowVersion, knownFrom: known.now, knownUntil: FOREVER });
}

/** Moves marks on in place: no reader sees them, so they make no history. */
export async function updateMarks(tx: Tx, { conversationId, queueMark, agentMark, closureMark, ratingMark, replyMark }: ConversationFacts): Promise<void> {
  await tx.orm.update(conversationFacts).set({ queueMark, agentMark, closureMark, ratingMark, replyMark }).where(isPresent(conversationId));
}

export async function insertMessage(tx: Tx, row: typeof messageFacts.$inferInsert): Promise<void> {
  await tx.orm.insert(messageFacts).ignore().values(row);
}

export async function insertAssignment(tx: Tx, row: typeof assignmentFacts.$inferInsert): Promise<void> {
  await tx.orm.insert(assignmentFacts).ignore().values(row);
}

/** Notes that events up to `at` are in the facts. */
export async function noteProgress(tx: Tx, at: Instant): Promise<void> {
  await tx.orm.insert(progress).values({ name: STREAM, completeUntil: at })
    .onDuplicateKeyUpdate({ set: { completeUntil: sql`GREATEST(complete_until, VALUES(complete_until))` } });
}

/** Up to when every event is in the facts; null before the first. */
export async function readProgress(q: Queryable): Promise<Instant | null> {
  const [row] = await q.orm.select().from(progress).where(eq(progress.name, STREAM));
  return row?.completeUntil ?? null;
}
