import { bytes, instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import type { Locale } from '@careline/kit/errors';
import { boolean, char, int, mysqlTable, primaryKey, varchar } from 'drizzle-orm/mysql-core';

export type CustomerKind = 'VISITOR' | 'KNOWN';
export type IdentityKind = 'PHONE' | 'EMAIL' | 'EXTERNAL_ID' | 'VISITOR';

// 客户: one person we serve. Made by startVisit, createCustomer and identifyCustomer. Name, region and attributes are
// sealed with the customer's own key, so that erasing destroys them in backups too. `merged_into` points to the customer
// this one was joined to: nothing else moves in a merge, so clearing the pointer restores both exactly.
// (last_seen_at, id) and (first_seen_at, id) serve the two orders of the list.
export const customers = mysqlTable('customers', {
  id: publicId('cus', 'id').primaryKey(),
  number: char('number', { length: 11 }).notNull(),
  kind: varchar('kind', { length: 8 }).$type<CustomerKind>().notNull(),
  nameEnc: sealed('name_enc', 1024),
  company: varchar('company', { length: 100 }),
  tier: varchar('tier', { length: 40 }),
  locale: varchar('locale', { length: 8 }).$type<Locale>(),
  timeZone: varchar('time_zone', { length: 64 }),
  regionEnc: sealed('region_enc', 512),
  lastDevice: varchar('last_device', { length: 120 }),
  attributesEnc: sealed('attributes_enc'),
  tags: jsonColumn<string[]>('tags').notNull(),
  isBlocked: boolean('is_blocked').notNull(),
  createdBy: publicId('agt', 'created_by'),
  mergedInto: publicId('cus', 'merged_into'),
  firstSeenAt: instant('first_seen_at').notNull(),
  lastSeenAt: instant('last_seen_at').notNull(),
  version: int('version', { unsigned: true }).notNull(),
});

// One way by which a customer is recognised. The value is sealed; (kind, bidx) is unique, so a phone belongs to one
// customer, and is how a lookup finds it. Rows stay with the customer they were linked to when customers are merged.
export const customerIdentities = mysqlTable('customer_identities', {
  id: publicId('idn', 'id').primaryKey(),
  customerId: publicId('cus', 'customer_id').notNull(),
  kind: varchar('kind', { length: 16 }).$type<IdentityKind>().notNull(),
  bidx: bytes('bidx', 32).notNull(),
  valueEnc: sealed('value_enc', 1024).notNull(),
  isVerified: boolean('is_verified').notNull(),
  linkedAt: instant('linked_at').notNull(),
});

// One row is one merge, kept for ever with who did it; undone_at is set by undoMerge within 30 days.
export const customerMerges = mysqlTable('customer_merges', {
  id: publicId('mrg', 'id').primaryKey(),
  survivorId: publicId('cus', 'survivor_id').notNull(),
  mergedId: publicId('cus', 'merged_id').notNull(),
  actorKind: varchar('actor_kind', { length: 8 }).notNull(),
  actorId: varchar('actor_id', { length: 40 }),
  mergedAt: instant('merged_at').notNull(),
  undoableUntil: instant('undoable_until').notNull(),
  undoneAt: instant('undone_at'),
});

// One device of a customer. `token_number` voids earlier visitor tokens, `online_until` is the lease that the open
// message stream renews. Rows leave when they have run out (90 days after the last use).
export const visits = mysqlTable('visits', {
  id: publicId('vst', 'id').primaryKey(),
  customerId: publicId('cus', 'customer_id').notNull(),
  channelId: publicId('chn', 'channel_id').notNull(),
  tokenNumber: int('token_number', { unsigned: true }).notNull(),
  startedAt: instant('started_at').notNull(),
  lastUsedAt: instant('last_used_at').notNull(),
  onlineUntil: instant('online_until').notNull(),
  expiresAt: instant('expires_at').notNull(),
  endedAt: instant('ended_at'),
});

// Refresh tokens of a visit, by hash, numbered in the order of issue. Used ones stay as long as the visit, to tell a copied token from an unknown one.
export const visitRefreshTokens = mysqlTable('visit_refresh_tokens', {
  tokenHash: bytes('token_hash', 32).primaryKey(),
  visitId: publicId('vst', 'visit_id').notNull(),
  number: int('number', { unsigned: true }).notNull(),
  issuedAt: instant('issued_at').notNull(),
  usedAt: instant('used_at'),
});

export type Facts = Record<string, string | number | boolean | null>;

// 服务轨迹: one thing that happened with a customer, written from the events of all subgraphs. Its id is that of the service
// line, ticket entry or event it comes from under a prefix of its own, so that telling a thing again changes nothing and
// rebuild-timeline can write it anew. Facts are never personal. Rows stay with the customer they were told of, through merges.
export const timelineEntries = mysqlTable('timeline_entries', {
  customerId: publicId('cus', 'customer_id').notNull(),
  id: publicId('tle', 'id').notNull(),
  happenedAt: instant('happened_at').notNull(),
  kind: varchar('kind', { length: 40 }).notNull(),
  actorKind: varchar('actor_kind', { length: 8 }).notNull(),
  actorId: varchar('actor_id', { length: 40 }),
  subjectId: varchar('subject_id', { length: 40 }),
  facts: jsonColumn<Facts>('facts').notNull(),
}, (table) => [primaryKey({ columns: [table.customerId, table.happenedAt, table.id] })]);

// A customer whose timeline is to be written anew; rebuild-timeline takes it from here within a minute.
export const timelineRebuilds = mysqlTable('timeline_rebuilds', {
  customerId: publicId('cus', 'customer_id').primaryKey(),
});
