import { instant, jsonColumn, publicId } from '@careline/kit/db';
import type { UserErrorCode, Words } from '@careline/kit/errors';
import { bigint, char, int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { Conditions, Outcome, Since, Step, Trigger } from './automation.types.ts';

// One row is one rule. A few dozen, read whole by (name, id), the order in which rules are asked. swept_at and swept_id say up to
// which ticket the timers of a TIME_SINCE rule have come: moved with the events they made, in one transaction.
export const automationRules = mysqlTable('automation_rules', {
  id: publicId('aut', 'id').primaryKey(),
  name: varchar('name', { length: 60 }).notNull(),
  isEnabled: tinyint('is_enabled').notNull(),
  activeVersionId: publicId('auv', 'active_version_id'),
  sweptAt: instant('swept_at'),
  sweptId: publicId('tkt', 'swept_id'),
});

// One row is one version of a rule; never changed but for when it was put in force last.
export const automationVersions = mysqlTable('automation_versions', {
  id: publicId('auv', 'id').primaryKey(),
  ruleId: publicId('aut', 'rule_id').notNull(),
  number: int('number').notNull(),
  trigger: varchar('set_off_by', { length: 16 }).$type<Trigger>().notNull(),
  since: varchar('since', { length: 8 }).$type<Since>(),
  afterMs: bigint('after_ms', { mode: 'number' }),
  conditions: jsonColumn<Conditions>('conditions').notNull(),
  steps: jsonColumn<Step[]>('steps').notNull(),
  authorKind: varchar('author_kind', { length: 8 }).notNull(),
  authorId: varchar('author_id', { length: 64 }),
  savedAt: instant('saved_at').notNull(),
  activatedAt: instant('activated_at'),
});

export type JobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';

/** What a dry run has found so far. */
export interface DryRunCounts {
  percent: number;
  ticketCount: number;
  touchedCount: number;
  runCount: number;
}

// One row is one dry run of a version: asked for by a person, worked on by a worker, kept as the ground on which it was put in force.
export const automationDryRuns = mysqlTable('automation_dry_runs', {
  id: publicId('adr', 'id').primaryKey(),
  versionId: publicId('auv', 'version_id').notNull(),
  state: varchar('state', { length: 9 }).$type<JobState>().notNull(),
  fromDay: char('from_day', { length: 10 }).notNull(),
  toDay: char('to_day', { length: 10 }).notNull(),
  counts: jsonColumn<DryRunCounts>('counts').notNull(),
  seq: int('seq').notNull(),
  startedAt: instant('started_at').notNull(),
  tookMs: int('took_ms').notNull(),
});

// One row is one ticket that a dry run would have touched, and when for the first time.
export const automationDryRunTickets = mysqlTable('automation_dry_run_tickets', {
  dryRunId: publicId('adr', 'dry_run_id').notNull(),
  place: int('place').notNull(),
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  at: instant('at').notNull(),
  runCount: int('run_count').notNull(),
});

// One row is one event that rules are still to be asked about: put in with the mark that the event was taken in, or with the timers
// that made it; gone when every rule has answered. due_at lies ahead after a failed try. quiet_since holds for timers of quiet
// tickets: one that changed since is none.
export const automationEvents = mysqlTable('automation_events', {
  place: bigint('place', { mode: 'number' }).autoincrement().primaryKey(),
  eventId: publicId('evt', 'event_id').notNull(),
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  trigger: varchar('set_off_by', { length: 16 }).$type<Trigger>().notNull(),
  // The only rule that is asked; null: all that are in force.
  ruleId: publicId('aut', 'rule_id'),
  quietSince: instant('quiet_since'),
  chain: jsonColumn<string[]>('chain').notNull(),
  at: instant('at').notNull(),
  dueAt: instant('due_at').notNull(),
  tries: int('tries').notNull(),
});

/** Why a step was refused. */
export interface StepRefusal {
  step: number;
  code: UserErrorCode;
  words: Words;
}

// One row is what one rule did at one event, written in the transaction that did it: (event_id, rule_id) is unique, so nothing is
// done twice. Leaves at expires_at.
export const ruleTraces = mysqlTable('rule_traces', {
  id: publicId('rtr', 'id').primaryKey(),
  ticketId: publicId('tkt', 'ticket_id').notNull(),
  eventId: publicId('evt', 'event_id').notNull(),
  ruleId: publicId('aut', 'rule_id').notNull(),
  versionNumber: int('version_number').notNull(),
  trigger: varchar('set_off_by', { length: 16 }).$type<Trigger>().notNull(),
  at: instant('at').notNull(),
  outcome: varchar('outcome', { length: 12 }).$type<Outcome>().notNull(),
  failedCondition: varchar('failed_condition', { length: 24 }),
  refusal: jsonColumn<StepRefusal>('refusal'),
  // Places of the steps that changed something.
  changes: jsonColumn<number[]>('changes'),
  depth: int('depth').notNull(),
  expiresAt: instant('expires_at').notNull(),
});

export type RuleRow = typeof automationRules.$inferSelect;
export type VersionRow = typeof automationVersions.$inferSelect;
export type DryRunRow = typeof automationDryRuns.$inferSelect;
export type DryRunTicketRow = typeof automationDryRunTickets.$inferSelect;
export type EventRow = typeof automationEvents.$inferSelect;
export type TraceRow = typeof ruleTraces.$inferSelect;
