import { bytes, instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import { sql } from 'drizzle-orm';
import { bigint, double, int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { RobotKind } from './robot.ts';

/** The numbers a warning speaks of: of the day it is about, when it came on and when it went off. */
export interface AttainmentFacts {
  day: string;
  metCount: number;
  breachedCount: number;
  cleared: { because: 'RECOVERED' | 'DAY_OVER'; metCount: number; breachedCount: number } | null;
}

// One row is one time a warning came on. The evaluation writes it, whoever looks after it is noted; kept for good, a few a day at
// most. on_name is its name while it is on, and unique: of two workers one raises it. (is_on, raised_at, id) is the order of the list.
export const alerts = mysqlTable('alerts', {
  id: publicId('alt', 'id').primaryKey(),
  kind: varchar('kind', { length: 8 }).$type<'WARNING' | 'ALERT'>().notNull(),
  name: varchar('name', { length: 64 }).notNull(),
  facts: jsonColumn<AttainmentFacts>('facts').notNull(),
  value: double('value').notNull(),
  threshold: double('threshold').notNull(),
  ticketIds: jsonColumn<string[]>('ticket_ids').notNull(),
  conversationIds: jsonColumn<string[]>('conversation_ids').notNull(),
  raisedAt: instant('raised_at').notNull(),
  clearedAt: instant('cleared_at'),
  isOn: tinyint('is_on').generatedAlwaysAs(sql`IF(cleared_at IS NULL, 1, 0)`, { mode: 'stored' }),
  onName: varchar('on_name', { length: 64 }).generatedAlwaysAs(sql`IF(cleared_at IS NULL, name, NULL)`, { mode: 'stored' }),
  acknowledgedBy: publicId('agt', 'acknowledged_by'),
  acknowledgedAt: instant('acknowledged_at'),
});

// One row is what the limits of the attainment warning were from one saving to the next; never changed, the highest version counts.
export const attainmentLimits = mysqlTable('attainment_limits', {
  version: int('version').primaryKey(),
  thresholdPerMille: int('threshold_per_mille').notNull(),
  rearmPerMille: int('rearm_per_mille').notNull(),
  sampleMin: int('sample_min').notNull(),
  savedBy: publicId('agt', 'saved_by'),
  savedAt: instant('saved_at').notNull(),
});

// One row says that an alert changed; seq is gap-free and rises in the order of commits, so a position is all a stream needs.
// Rows leave after 7 days.
export const alertEvents = mysqlTable('alert_events', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  alertId: publicId('alt', 'alert_id').notNull(),
  at: instant('at').notNull(),
});

// One row is one mail address, program or robot of a group that is told; at most 20, changed by administrators. Addresses and keys are sealed, the
// blind index finds an address again.
export const alertRecipients = mysqlTable('alert_recipients', {
  id: publicId('alr', 'id').primaryKey(),
  kind: varchar('kind', { length: 8 }).$type<'MAIL' | 'WEBHOOK' | RobotKind>().notNull(),
  addressBidx: bytes('address_bidx', 32).notNull(),
  sealedAddress: sealed('sealed_address', 2_100).notNull(),
  sealedSecret: sealed('sealed_secret', 200),
  createdAt: instant('created_at').notNull(),
});

// One row is one message to one recipient, written with what it tells of and sent by the job until it is taken or given up.
// (next_try_at, id) finds what is due; rows leave 30 days after their end.
export const alertDeliveries = mysqlTable('alert_deliveries', {
  id: publicId('adl', 'id').primaryKey(),
  recipientId: publicId('alr', 'recipient_id').notNull(),
  alertId: publicId('alt', 'alert_id'),
  occasion: varchar('occasion', { length: 8 }).$type<'RAISED' | 'CLEARED' | 'TEST'>().notNull(),
  state: varchar('state', { length: 8 }).$type<'PENDING' | 'SENT' | 'FAILED'>().notNull(),
  tryCount: int('try_count').notNull(),
  nextTryAt: instant('next_try_at'),
  endedAt: instant('ended_at'),
  fault: varchar('fault', { length: 100 }),
});

export type LimitsRow = typeof attainmentLimits.$inferSelect;
export type AlertRow = typeof alerts.$inferSelect;
export type RecipientRow = typeof alertRecipients.$inferSelect;
export type DeliveryRow = typeof alertDeliveries.$inferSelect;
export type Occasion = DeliveryRow['occasion'];
