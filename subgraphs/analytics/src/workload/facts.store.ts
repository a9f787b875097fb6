import { idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { and, eq } from 'drizzle-orm';
import { FOREVER } from '../row-version.store.ts';
import type { ConversationFacts } from './facts.rules.ts';
import { assignmentFacts, conversationFacts, type messageFacts } from './facts.tables.ts';

const PROGRESS = 'complete_until';

export type MessageFact = typeof messageFacts.$inferInsert;
export type AssignmentFact = typeof assignmentFacts.$inferInsert;

/** What is known now, by conversation; those nobody has told of are absent. */
export async function presentFacts(tx: Tx, conversationIds: readonly string[]): Promise<Map<string, ConversationFacts>> {
  const rows = await tx.orm.select().from(conversationFacts)
    .where(and(inList(conversationFacts.conversationId, conversationIds), eq(conversationFacts.knownUntil, FOREVER))).for('update');
  return new Map(rows.map(({ rowVersion: _version, knownFrom: _from, knownUntil: _until, ...facts }) => [facts.conversationId, facts]));
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

export async function insertMessages(tx: Tx, rows: readonly MessageFact[]): Promise<void> {
  await tx.later(
    'INSERT /* insertMessages */ IGNORE INTO message_facts (message_id, conversation_id, author_kind, agent_id, visibility, sent_at, known_from, row_version) VALUES ?',
    [rows.map((row) => [idToBinary(row.messageId), idToBinary(row.conversationId), row.authorKind, row.agentId ? idToBinary(row.agentId) : null, row.visibility,
      toSqlInstant(row.sentAt), toSqlInstant(row.knownFrom), row.rowVersion])]);
}

export async function insertAssignment(tx: Tx, row: AssignmentFact): Promise<void> {
  await tx.orm.insert(assignmentFacts).ignore().values(row);
}

/** Notes that events up to `at` are in the facts. */
export async function noteProgress(tx: Tx, at: Instant): Promise<void> {
  await tx.later(
    '/* noteProgress */ INSERT INTO counters (name, next_value) VALUES (?, ?) ON DUPLICATE KEY UPDATE next_value = GREATEST(next_value, VALUES(next_value))', [PROGRESS, at]);
}

/** Up to when events are in the facts; null before the first. */
export async function readProgress(q: Queryable): Promise<Instant | null> {
  const [row] = await q.query<{ at: number }>('/* readProgress */ SELECT next_value AS at FROM counters WHERE name = ?', [PROGRESS]);
  return row ? Number(row.at) : null;
}
