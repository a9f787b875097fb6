import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import { sql } from 'drizzle-orm';
import { bigint, int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';

export type TicketState = 'NEW' | 'OPEN' | 'PENDING' | 'ON_HOLD' | 'SOLVED' | 'CLOSED';
export type TicketOrigin = 'CONSOLE' | 'CONVERSATION' | 'API' | 'RULE' | 'OFFLINE';
export type ActorKind = 'CUSTOMER' | 'AGENT' | 'BOT' | 'SYSTEM' | 'API';

// One row is one kind of problem. Few, read whole; never deleted, only retired.
export const categories = mysqlTable('categories', {
  id: publicId('cat', 'id').primaryKey(),
  key: varchar('category_key', { length: 64 }).notNull(),
  nameZh: varchar('name_zh', { length: 100 }).notNull(),
  nameEn: varchar('name_en', { length: 100 }).notNull(),
  parentId: publicId('cat', 'parent_id'),
  isRetired: tinyint('is_retired').notNull(),
  position: int('position').notNull(),
  version: int('version').notNull(),
});

// One row is one tracked request. Subject and description are sealed with the customer's key; all else is clear for lists
// and analytics. queue_id is the conversation's, for TEAM scope. is_over is generated: open ones come first in a customer's list.
export const tickets = mysqlTable('tickets', {
  id: publicId('tkt', 'id').primaryKey(),
  number: bigint('number', { mode: 'number' }).notNull(),
  customerId: publicId('cus', 'customer_id'),
  agentId: publicId('agt', 'agent_id'),
  creatorAgentId: publicId('agt', 'creator_agent_id'),
  queueId: publicId('que', 'queue_id'),
  categoryId: publicId('cat', 'category_id').notNull(),
  state: varchar('state', { length: 8 }).$type<TicketState>().notNull(),
  isOver: tinyint('is_over').generatedAlwaysAs(sql`IF(state IN ('SOLVED', 'CLOSED'), 1, 0)`, { mode: 'stored' }),
  priority: tinyint('priority').notNull(),
  sealedSubject: sealed('sealed_subject', 1000).notNull(),
  sealedDescription: sealed('sealed_description'),
  origin: varchar('origin', { length: 12 }).$type<TicketOrigin>().notNull(),
  lastSeq: int('last_seq').notNull(),
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

// One row is one line of a ticket's life, gap-free by seq, written in the transaction that raises tickets.last_seq.
// Facts are ids and keys only, never what a person wrote.
export const ticketEntries = mysqlTable('ticket_entries', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  seq: int('seq').notNull(),
  id: publicId('ten', 'id').notNull(),
  kind: varchar('kind', { length: 16 }).$type<'COMMENT' | 'CREATED' | 'LINKED'>().notNull(),
  actorKind: varchar('actor_kind', { length: 8 }).$type<ActorKind>().notNull(),
  actorId: varchar('actor_id', { length: 64 }),
  facts: jsonColumn<Record<string, unknown>>('facts'),
  at: instant('at').notNull(),
});

// One row links a ticket with a conversation it came from.
export const ticketConversations = mysqlTable('ticket_conversations', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
});

// One row is one file of a ticket.
export const ticketAttachments = mysqlTable('ticket_attachments', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  attachmentId: publicId('att', 'attachment_id').notNull(),
});

export type CategoryRow = typeof categories.$inferSelect;
export type TicketRow = typeof tickets.$inferSelect;
export type NewTicketRow = typeof tickets.$inferInsert;
export type EntryRow = typeof ticketEntries.$inferSelect;
