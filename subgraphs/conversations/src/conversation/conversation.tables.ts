import { bytes, instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import { bigint, boolean, int, mysqlTable, primaryKey, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { InboxTargets, RatingReason } from './conversation.types.ts';

// The statements of the hot paths are written out in the stores; these are what a row is, and serve the rest.

// One row is one live exchange. Every verb locks it first, so it is the order of everything in it: last_seq is the number
// of its last message. Never deleted. key_owner_id is the customer whose key seals its words, whoever it belongs to after a
// merge. open_key (generated, unique) is null once closed: one open conversation per customer and channel.
// Each list is read from an index in its order (list-ways); counts come from conversation_tallies, tags from conversation_tags.
export const conversations = mysqlTable('conversations', {
  id: publicId('cnv', 'id').primaryKey(),
  number: int('number', { unsigned: true }).notNull(),
  customerId: publicId('cus', 'customer_id').notNull(),
  keyOwnerId: publicId('cus', 'key_owner_id').notNull(),
  queueId: publicId('que', 'queue_id'),
  agentId: publicId('agt', 'agent_id'),
  state: varchar('state', { length: 8 }).notNull(),
  lastSeq: int('last_seq', { unsigned: true }).notNull(),
  version: int('version', { unsigned: true }).notNull(),
});

// Two rows: `number`, the last number given to a conversation (gaps allowed), and `inbox`, the last one of inbox_events (none).
export const conversationCounters = mysqlTable('conversation_counters', {
  name: varchar('name', { length: 16 }).primaryKey(),
  value: bigint('value', { mode: 'number', unsigned: true }).notNull(),
});

// One row is one utterance or service line. Written by the group committer and append-line, in the transaction that gives its
// seq; never deleted, and changed by recall-message alone: erasure destroys the key of content_enc. Clustered by conversation, because it is
// always read in order. (conversation_id, client_message_id) makes a retry find its first result.
export const messages = mysqlTable('messages', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  seq: int('seq', { unsigned: true }).notNull(),
  id: publicId('msg', 'id').notNull(),
  clientMessageId: varchar('client_message_id', { length: 64 }),
  contentEnc: sealed('content_enc'),
  sentAt: instant('sent_at').notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.seq] })]);

// How far one agent or customer has read, and a customer's devices received. Moved by markRead, by sending and by the
// customer's stream; read for unread counters and delivery. One row per participant, kept with the conversation.
// open_actor_id is the agent while the conversation is open: what an agent has read is counted by it.
export const readMarks = mysqlTable('read_marks', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  actorId: varchar('actor_id', { length: 64 }).notNull(),
  seq: int('seq', { unsigned: true }).notNull(),
  deliveredSeq: int('delivered_seq', { unsigned: true }).notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.actorId] })]);

// One agent's unsent text in one conversation. A removed one stays for 7 days without content, so that an older text which
// arrives late cannot come back; (saved_at) serves that clean-up.
export const drafts = mysqlTable('drafts', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
  contentEnc: sealed('content_enc'),
  typedAt: instant('typed_at').notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.agentId] })]);

// What the scanner said of a file: written by its event, once, whichever of event and message comes first.
export const attachmentScans = mysqlTable('attachment_scans', {
  attachmentId: publicId('att', 'attachment_id').primaryKey(),
  isBlocked: boolean('is_blocked').notNull(),
});

// A message that carries a file whose verdict was not known when it was sent. Gone once its readers were told the verdict.
export const messageScans = mysqlTable('message_scans', {
  attachmentId: publicId('att', 'attachment_id').notNull(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  seq: int('seq', { unsigned: true }).notNull(),
}, (table) => [primaryKey({ columns: [table.attachmentId, table.conversationId, table.seq] })]);

// An agent who is told of a conversation's changes. Replaced as a whole by updateConversation.
export const followers = mysqlTable('followers', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.agentId] })]);

// An agent named in a note, until the agent's read mark passes it; (agent_id, …) serves the view of mentions.
export const mentions = mysqlTable('mentions', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  seq: int('seq', { unsigned: true }).notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.seq, table.agentId] })]);

// The one rating of a conversation; the primary key is what makes the token single-use.
export const ratings = mysqlTable('ratings', {
  conversationId: publicId('cnv', 'conversation_id').primaryKey(),
  score: tinyint('score', { unsigned: true }).notNull(),
  reasons: jsonColumn<RatingReason[]>('reasons').notNull(),
  comment: bytes('comment_enc', 3_000),
  at: instant('rated_at').notNull(),
});

// Which conversations a merge of customers moved, so that undoing moves back exactly those. Gone with the undoing.
export const conversationMoves = mysqlTable('conversation_moves', {
  mergeId: publicId('mrg', 'merge_id').notNull(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
}, (table) => [primaryKey({ columns: [table.mergeId, table.conversationId] })]);

// A change of somebody's inbox that has no number yet. Appended by verbs, moved to inbox_events within milliseconds by
// inbox-numbering; normally empty. conversation_id holds the id of the ticket where targets names one.
export const inboxChanges = mysqlTable('inbox_changes', {
  id: bigint('id', { mode: 'number', unsigned: true }).autoincrement().primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  targets: jsonColumn<InboxTargets>('targets').notNull(),
});

// The numbered log of all inboxes, from which a stream resumes. Written by inbox-numbering alone, kept 24 h;
// (changed_at) serves the trimming.
export const inboxEvents = mysqlTable('inbox_events', {
  seq: bigint('seq', { mode: 'number', unsigned: true }).primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  notice: varchar('notice', { length: 24 }),
  targets: jsonColumn<InboxTargets>('targets').notNull(),
  changedAt: instant('changed_at').notNull(),
});
