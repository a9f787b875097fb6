import { bytes, instant, publicId } from '@careline/kit/db';
import { bigint, mediumtext, mysqlTable, varchar } from 'drizzle-orm/mysql-core';

// One row is one administrative act, in a gap-free chain: hash covers the row and the hash before it, so no row can be
// changed, removed or put in without breaking every later link. Written by the consumer alone, read by auditors; rows are
// kept for good (at least 184 days are promised). `sealed` holds before, after, reason and address.
export const auditEntries = mysqlTable('audit_entries', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  id: publicId('aud', 'id').notNull(),
  at: instant('at').notNull(),
  actorKind: varchar('actor_kind', { length: 8 }).notNull(),
  actorId: varchar('actor_id', { length: 64 }),
  verb: varchar('verb', { length: 64 }).notNull(),
  subjectId: varchar('subject_id', { length: 64 }),
  requestId: varchar('request_id', { length: 64 }).notNull(),
  sealed: mediumtext('sealed').notNull(),
  previousHash: bytes('previous_hash', 32).notNull(),
  hash: bytes('hash', 32).notNull(),
});

// One row: the end of the chain. Writers hold it, so there is one at a time; without it, cutting off the newest rows
// would leave no trace.
export const auditChain = mysqlTable('audit_chain', {
  name: varchar('name', { length: 16 }).primaryKey(),
  lastSeq: bigint('last_seq', { mode: 'number' }).notNull(),
  lastHash: bytes('last_hash', 32).notNull(),
});

export type AuditRow = typeof auditEntries.$inferSelect;
