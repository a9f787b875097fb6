import { instant, publicId } from '@careline/kit/db';
import { bigint, int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';

const mark = (name: string) => varchar(name, { length: 80 }).notNull();
const rowVersion = () => bigint('row_version', { mode: 'number' }).notNull();

// One row is one message that was sent, without its words. Written once by the consumer, never changed; BI pulls by
// row_version, which rises strictly in the order of commits, so a pull from the last one seen misses nothing.
export const messageFacts = mysqlTable('message_facts', {
  messageId: publicId('msg', 'message_id').primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  authorKind: varchar('author_kind', { length: 8 }).notNull(),
  agentId: publicId('agt', 'agent_id'),
  visibility: varchar('visibility', { length: 8 }).notNull(),
  sentAt: instant('sent_at').notNull(),
  knownFrom: instant('known_from').notNull(),
  rowVersion: rowVersion(),
});

// One row is one time a conversation was given to an agent, with how long it had waited; the event's id is the key,
// so hearing it again adds nothing.
export const assignmentFacts = mysqlTable('assignment_facts', {
  eventId: publicId('evt', 'event_id').primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
  assignedAt: instant('assigned_at').notNull(),
  waitedSeconds: int('waited_seconds').notNull(),
  knownFrom: instant('known_from').notNull(),
  rowVersion: rowVersion(),
});

// One row is what was known of one conversation from one instant until another: `asOf` reads the row of its time, the
// present one has known_until in the far future. Marks (time and id of an event) make events commute: the newest wins.
export const conversationFacts = mysqlTable('conversation_facts', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  rowVersion: rowVersion(),
  knownFrom: instant('known_from').notNull(),
  knownUntil: instant('known_until').notNull(),
  channelKind: varchar('channel_kind', { length: 16 }).notNull(),
  startedAt: instant('started_at'),
  queueId: publicId('que', 'queue_id'),
  queueMark: mark('queue_mark'),
  agentId: publicId('agt', 'agent_id'),
  agentMark: mark('agent_mark'),
  closedAt: instant('closed_at'),
  closedBy: varchar('closed_by', { length: 8 }),
  closureMark: mark('closure_mark'),
  rating: tinyint('rating'),
  ratedAt: instant('rated_at'),
  ratedAgentId: publicId('agt', 'rated_agent_id'),
  ratingMark: mark('rating_mark'),
  repliedAt: instant('replied_at'),
  repliedAgentId: publicId('agt', 'replied_agent_id'),
  replyMark: mark('reply_mark'),
});
