import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import { int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { ItemState, JobKind, JobState, Problem, Trace } from './job.types.ts';

// One row is one piece of work over many tickets. The verb writes it, the worker moves it on, a sweep deletes it a week after its end.
// (state, id) serves the worker, which works on the unfinished ones in turns.
export const ticketJobs = mysqlTable('ticket_jobs', {
  id: publicId('job', 'id').primaryKey(),
  kind: varchar('kind', { length: 9 }).$type<JobKind>().notNull(),
  state: varchar('state', { length: 9 }).$type<JobState>().notNull(),
  // Its items are being taken back.
  isUndoing: tinyint('is_undoing').notNull().default(0),
  ownerId: varchar('owner_id', { length: 64 }).notNull(),
  // What was asked and as whom, sealed with the house key.
  sealedAsk: sealed('sealed_ask').notNull(),
  totalCount: int('total_count').notNull(),
  doneCount: int('done_count').notNull().default(0),
  failedCount: int('failed_count').notNull().default(0),
  // Position of its stream: rises with each change.
  seq: int('seq').notNull().default(1),
  createdAt: instant('created_at').notNull(),
  finishedAt: instant('finished_at'),
  undoableUntil: instant('undoable_until'),
});

// One row is one ticket of a job. WAITING → DONE or FAILED, DONE → UNDONE or KEPT, each once, in the transaction that changes the ticket.
// ticket_id is null for an id that names nothing; trace is what it takes to undo: ids, keys and seqs, never words.
export const ticketJobItems = mysqlTable('ticket_job_items', {
  jobId: publicId('job', 'job_id').notNull(),
  place: int('place').notNull(),
  ticketId: publicId('tkt', 'ticket_id'),
  state: varchar('state', { length: 7 }).$type<ItemState>().notNull(),
  problem: jsonColumn<Problem>('problem'),
  trace: jsonColumn<Trace>('trace'),
});

// One row is one stretch of the file an export writes, sealed with the house key; in order of place they are the file. after_at and after_id
// name its last ticket: the next stretch begins behind it.
export const ticketJobParts = mysqlTable('ticket_job_parts', {
  jobId: publicId('job', 'job_id').notNull(),
  place: int('place').notNull(),
  sealedText: sealed('sealed_text').notNull(),
  ticketCount: int('ticket_count').notNull(),
  afterAt: instant('after_at'),
  afterId: publicId('tkt', 'after_id'),
});

export type PartRow = typeof ticketJobParts.$inferSelect;
export type JobRow = typeof ticketJobs.$inferSelect;
export type NewJobRow = typeof ticketJobs.$inferInsert;
export type ItemRow = typeof ticketJobItems.$inferSelect;
