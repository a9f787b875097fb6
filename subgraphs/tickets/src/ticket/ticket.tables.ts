import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import type { TermsRef, TicketState } from '../sla/index.ts';
import { sql } from 'drizzle-orm';
import { bigint, int, mediumtext, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';

export type TicketOrigin = 'CONSOLE' | 'CONVERSATION' | 'API' | 'RULE' | 'OFFLINE';
export type { TicketState };
export type Visibility = 'PUBLIC' | 'INTERNAL';
export type EntryKind =
  | 'COMMENT' | 'CREATED' | 'CHANGED' | 'PRIORITISED' | 'CLOCK_PAUSED' | 'CLOCK_RESUMED' | 'CLOCK_MET' | 'CLOCK_BREACHED' | 'WARNED' | 'ESCALATED'
  | 'ESCALATION_CANCELLED' | 'LINKED';
export type ActorKind = 'CUSTOMER' | 'AGENT' | 'BOT' | 'SYSTEM' | 'API';

// One row is one kind of problem. Few, read whole; never deleted, only retired. fields_schema is the form of its tickets as text,
// because a JSON column would forget the order of the fields; null: no form.
export const categories = mysqlTable('categories', {
  id: publicId('cat', 'id').primaryKey(),
  key: varchar('category_key', { length: 64 }).notNull(),
  nameZh: varchar('name_zh', { length: 100 }).notNull(),
  nameEn: varchar('name_en', { length: 100 }).notNull(),
  parentId: publicId('cat', 'parent_id'),
  isRetired: tinyint('is_retired').notNull(),
  position: int('position').notNull(),
  version: int('version').notNull(),
  fieldsSchema: mediumtext('fields_schema'),
  requiredFields: jsonColumn<string[]>('required_fields'),
});

// One row is one tracked request. Subject, description and custom fields are sealed with the customer's key; all else is clear for lists
// and analytics. queue_id is the conversation's, for TEAM scope. is_over is generated: open ones come first in a customer's list.
export const tickets = mysqlTable('tickets', {
  id: publicId('tkt', 'id').primaryKey(),
  number: bigint('number', { mode: 'number' }).notNull(),
  customerId: publicId('cus', 'customer_id'),
  agentId: publicId('agt', 'agent_id'),
  creatorAgentId: publicId('agt', 'creator_agent_id'),
  queueId: publicId('que', 'queue_id'),
  teamId: publicId('tem', 'team_id'),
  categoryId: publicId('cat', 'category_id').notNull(),
  state: varchar('state', { length: 8 }).$type<TicketState>().notNull(),
  isOver: tinyint('is_over').generatedAlwaysAs(sql`IF(state IN ('SOLVED', 'CLOSED'), 1, 0)`, { mode: 'stored' }),
  priority: tinyint('priority').notNull(),
  sealedSubject: sealed('sealed_subject', 1000).notNull(),
  sealedDescription: sealed('sealed_description'),
  sealedFields: sealed('sealed_fields'),
  // The incident it is a child of.
  parentId: publicId('tkt', 'parent_id'),
  origin: varchar('origin', { length: 12 }).$type<TicketOrigin>().notNull(),
  lastSeq: int('last_seq').notNull(),
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  tags: jsonColumn<string[]>('tags'),
  lastWordSeq: int('last_word_seq').notNull().default(0),
  nextDueAt: instant('next_due_at').notNull(),
  solvedAt: instant('solved_at'),
  closedAt: instant('closed_at'),
  // The ticket that took it in; null unless merged.
  mergedIntoId: publicId('tkt', 'merged_into_id'),
});

// One row is one line of a ticket's life, gap-free by seq, written in the transaction that raises tickets.last_seq.
// Facts are ids and keys only, never what a person wrote.
export const ticketEntries = mysqlTable('ticket_entries', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  seq: int('seq').notNull(),
  id: publicId('ten', 'id').notNull(),
  kind: varchar('kind', { length: 24 }).$type<EntryKind>().notNull(),
  actorKind: varchar('actor_kind', { length: 8 }).$type<ActorKind>().notNull(),
  actorId: varchar('actor_id', { length: 64 }),
  facts: jsonColumn<Record<string, unknown>>('facts'),
  at: instant('at').notNull(),
  // Why, in the words of who did it; sealed with the customer's key and shown among the facts.
  sealedReason: sealed('sealed_reason', 2100),
  // The SLA terms that hold from this entry on; null when it changed nothing about them.
  terms: jsonColumn<{ ref: TermsRef | null }>('terms'),
});

// One row is one reply or internal comment: the words of an entry of kind COMMENT, sealed with the customer's key.
export const ticketComments = mysqlTable('ticket_comments', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  seq: int('seq').notNull(),
  id: publicId('cmt', 'id').notNull(),
  clientCommentId: varchar('client_comment_id', { length: 64 }).notNull(),
  visibility: varchar('visibility', { length: 8 }).$type<Visibility>().notNull(),
  sealedText: sealed('sealed_text').notNull(),
  attachmentIds: jsonColumn<string[]>('attachment_ids').notNull(),
  // Null where nobody was mentioned.
  mentionIds: jsonColumn<string[]>('mention_ids'),
});

// One row is one agent who is told of changes of a ticket.
export const ticketFollowers = mysqlTable('ticket_followers', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
});

export type LinkKind = 'RELATED' | 'DUPLICATE' | 'SPLIT_FROM' | 'BLOCKED_BY';

// One row links two tickets, told from ticket_id. Between two there is at most one, whichever way it is told.
export const ticketLinks = mysqlTable('ticket_links', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  otherId: publicId('tkt', 'other_id').notNull(),
  kind: varchar('kind', { length: 12 }).$type<LinkKind>().notNull(),
  linkedAt: instant('linked_at').notNull(),
});

// One row is one tag of one ticket, in the order of lists by tag. Written with tickets.tags, which shows them in their order.
export const ticketTags = mysqlTable('ticket_tags', {
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  tag: varchar('tag', { length: 50 }).notNull(),
  state: varchar('state', { length: 8 }).$type<TicketState>().notNull(),
  nextDueAt: instant('next_due_at').notNull(),
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
export type CommentRow = typeof ticketComments.$inferSelect;
