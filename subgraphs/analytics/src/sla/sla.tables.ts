import { instant, publicId } from '@careline/kit/db';
import { bigint, char, int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';

/** What was promised to. */
export type SlaSubject = 'TICKET' | 'CONVERSATION';
export type SlaTarget = 'FIRST_RESPONSE' | 'NEXT_RESPONSE' | 'PERIODIC_UPDATE' | 'RESOLUTION';
export type Priority = 'P0' | 'P1' | 'P2';

// One row is what was known, from one instant until another, of one SLA clock of a ticket or a conversation that has ended once; RUNNING without
// ended_at when that was opened again. Written by the consumer, never deleted. `seq` is how far its life had come when it was told: the
// highest holds, whatever the order of arrival. BI pulls the present rows by row_version; (ended_at …) serves the day.
export const slaClockFacts = mysqlTable('sla_clock_facts', {
  clockId: publicId('clk', 'clock_id').notNull(),
  rowVersion: bigint('row_version', { mode: 'number' }).notNull(),
  knownFrom: instant('known_from').notNull(),
  knownUntil: instant('known_until').notNull(),
  ticketId: publicId('tkt', 'ticket_id'),
  conversationId: publicId('cnv', 'conversation_id'),
  seq: int('seq').notNull(),
  target: varchar('target', { length: 16 }).$type<SlaTarget>().notNull(),
  state: varchar('state', { length: 8 }).$type<'RUNNING' | 'MET' | 'BREACHED'>().notNull(),
  priority: char('priority', { length: 2 }).$type<Priority>().notNull(),
  agentId: publicId('agt', 'agent_id'),
  teamId: publicId('tem', 'team_id'),
  queueId: publicId('que', 'queue_id'),
  categoryKey: varchar('category_key', { length: 64 }),
  startedAt: instant('started_at').notNull(),
  dueAt: instant('due_at'),
  endedAt: instant('ended_at'),
  budgetMs: bigint('budget_ms', { mode: 'number' }).notNull(),
  usedMs: bigint('used_ms', { mode: 'number' }).notNull(),
  pausedMs: bigint('paused_ms', { mode: 'number' }).notNull(),
  escalationCount: int('escalation_count').notNull(),
  policyVersion: int('policy_version').notNull(),
});

export type ClockFactRow = typeof slaClockFacts.$inferSelect;
/** What is known of a clock, without when it was known. */
export type ClockFact = Omit<ClockFactRow, 'rowVersion' | 'knownFrom' | 'knownUntil'>;
