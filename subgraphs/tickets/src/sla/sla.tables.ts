import { instant, jsonColumn, publicId } from '@careline/kit/db';
import { bigint, char, int, mysqlTable, text, tinyint, varchar } from 'drizzle-orm/mysql-core';
import { sql } from 'drizzle-orm';
import type { PauseReason, SlaTarget, TicketState } from './clock.rules.ts';
import type { HoursContent } from './hours.rules.ts';
import type { Verdicts } from './judge.ts';
import type { Policy } from './policy.types.ts';
import type { ClockState } from './reading.rules.ts';

/** Which promise holds: a policy of a version, counted by a version of business hours. */
export interface TermsRef {
  versionId: string;
  /** Place of the policy in the version. */
  place: number;
  hoursId: string;
  hoursVersion: number;
}

// One row is one set of business hours; `version` is the newest. Few, never deleted: clocks name them.
export const businessHours = mysqlTable('business_hours', {
  id: publicId('bhr', 'id').primaryKey(),
  key: varchar('hours_key', { length: 40 }).notNull(),
  name: varchar('name', { length: 60 }).notNull(),
  version: int('version').notNull(),
  // Open tickets are still to be counted by the newest version.
  isRetargeting: tinyint('is_retargeting').notNull().default(0),
});

// One row is what hours were from one saving to the next; never changed, so that a proof stays what it was.
export const businessHoursVersions = mysqlTable('business_hours_versions', {
  hoursId: publicId('bhr', 'hours_id').notNull(),
  version: int('version').notNull(),
  content: jsonColumn<HoursContent>('content').notNull(),
  savedAt: instant('saved_at').notNull(),
});

// One row, kept from what analytics tells: from when on the attainment of a day warns.
export const attainmentLimits = mysqlTable('attainment_limits', {
  place: tinyint('place').primaryKey(),
  version: int('version').notNull(),
  thresholdPerMille: int('threshold_per_mille').notNull(),
  rearmPerMille: int('rearm_per_mille').notNull(),
  sampleMin: int('sample_min').notNull(),
});

// One row is one policy document. Of several in force the newest is asked first.
export const slaPolicies = mysqlTable('sla_policies', {
  id: publicId('slp', 'id').primaryKey(),
  name: varchar('name', { length: 60 }).notNull(),
  activeVersionId: publicId('slv', 'active_version_id'),
});

// One row is one version of a document: its YAML as written and the policies read from it. Never changed once activated.
export const slaPolicyVersions = mysqlTable('sla_policy_versions', {
  id: publicId('slv', 'id').primaryKey(),
  documentId: publicId('slp', 'document_id').notNull(),
  number: int('number').notNull(),
  yaml: text('yaml').notNull(),
  policies: jsonColumn<Policy[]>('policies').notNull(),
  savedAt: instant('saved_at').notNull(),
  authorKind: varchar('author_kind', { length: 8 }).notNull(),
  authorId: varchar('author_id', { length: 64 }),
  activatedAt: instant('activated_at'),
  // What coming into force means for open tickets, while it is planned for later; null otherwise.
  plannedScope: varchar('planned_scope', { length: 13 }).$type<ActivationScope>(),
});

export type ActivationScope = 'NEW_ONLY' | 'RETARGET_OPEN';
export type JobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';

/** What a dry run has found so far. */
export interface DryRunCounts extends Verdicts {
  percent: number;
  ticketCount: number;
  changedCount: number;
  /** Absent in runs from before they were counted. */
  unpromisedCount?: number;
  escalationDelta: number;
  retargetCount: number;
  /** Null, or absent in runs from before they were counted, when nothing is promised to conversations before or after. */
  conversations?: ConversationCounts | null;
}

/** What a dry run has found of conversations so far. */
export type ConversationCounts = Omit<DryRunCounts, 'percent' | 'ticketCount' | 'unpromisedCount' | 'conversations'> & { count: number; promisedCount: number };

// One row is one dry run of a version: asked for by a person, worked on by a worker, kept as the ground on which it was activated.
export const slaDryRuns = mysqlTable('sla_dry_runs', {
  id: publicId('sdr', 'id').primaryKey(),
  versionId: publicId('slv', 'version_id').notNull(),
  state: varchar('state', { length: 9 }).$type<JobState>().notNull(),
  priorities: jsonColumn<string[]>('priorities'),
  fromDay: char('from_day', { length: 10 }).notNull(),
  toDay: char('to_day', { length: 10 }).notNull(),
  counts: jsonColumn<DryRunCounts>('counts').notNull(),
  seq: int('seq').notNull(),
  startedAt: instant('started_at').notNull(),
  tookMs: int('took_ms').notNull(),
});

// One row is one clock of a ticket or a conversation whose result would change under the version of a dry run.
export const slaDryRunChanges = mysqlTable('sla_dry_run_changes', {
  dryRunId: publicId('sdr', 'dry_run_id').notNull(),
  place: int('place').notNull(),
  ticketId: publicId('tkt', 'ticket_id'),
  conversationId: publicId('cnv', 'conversation_id'),
  target: varchar('target', { length: 16 }).$type<SlaTarget>().notNull(),
  stateBefore: varchar('state_before', { length: 8 }).$type<ClockState>(),
  stateAfter: varchar('state_after', { length: 8 }).$type<ClockState>(),
  dueBefore: instant('due_before'),
  dueAfter: instant('due_after'),
});

export type DocumentRow = typeof slaPolicies.$inferSelect;
export type VersionRow = typeof slaPolicyVersions.$inferSelect;
export type DryRunRow = typeof slaDryRuns.$inferSelect;
export type DryRunChangeRow = typeof slaDryRunChanges.$inferSelect;
export type HoursRow = typeof businessHours.$inferSelect;
export type HoursVersionRow = typeof businessHoursVersions.$inferSelect;

// One row is one promise being timed for one ticket or conversation, as it was read at read_at: from there on only hours count. Written with that row locked, by verbs and
// by the sweep, which finds its work by next_at. The owner columns repeat its for boards and scopes.
export const slaClocks = mysqlTable('sla_clocks', {
  id: publicId('clk', 'id').primaryKey(),
  ticketId: publicId('tkt', 'ticket_id'),
  conversationId: publicId('cnv', 'conversation_id'),
  target: varchar('target', { length: 16 }).$type<SlaTarget>().notNull(),
  startSeq: int('start_seq').notNull(),
  terms: jsonColumn<TermsRef>('terms').notNull(),
  budgetMs: bigint('budget_ms', { mode: 'number' }).notNull(),
  state: varchar('state', { length: 8 }).$type<ClockState>().notNull(),
  pauseReason: varchar('pause_reason', { length: 24 }).$type<PauseReason>(),
  startedAt: instant('started_at').notNull(),
  dueAt: instant('due_at'),
  riskAt: instant('risk_at'),
  // The risk_at that was told; another one is told when its time comes.
  riskToldAt: instant('risk_told_at'),
  usedMs: bigint('used_ms', { mode: 'number' }).notNull(),
  readAt: instant('read_at').notNull(),
  endedAt: instant('ended_at'),
  breachedAt: instant('breached_at'),
  nextAt: instant('next_at'),
  priority: tinyint('priority').notNull(),
  agentId: publicId('agt', 'agent_id'),
  creatorAgentId: publicId('agt', 'creator_agent_id'),
  queueId: publicId('que', 'queue_id'),
  teamId: publicId('tem', 'team_id'),
  isGoing: tinyint('is_going').generatedAlwaysAs(sql`IF(ended_at IS NULL, 1, 0)`, { mode: 'stored' }),
});

export type StepKind = 'BREACH' | 'WARN' | 'ESCALATE' | 'HAND';
export type StepState = 'PLANNED' | 'DONE' | 'CANCELLED';

// One row is one thing that happens when a clock has used so much working time, or an escalation by hand (whose clock_id is its own).
// PLANNED → DONE or CANCELLED, once, with the row of its ticket or conversation locked. fire_at is null while the clock stands still.
export const slaSteps = mysqlTable('sla_steps', {
  clockId: publicId('clk', 'clock_id').notNull(),
  kind: varchar('kind', { length: 8 }).$type<StepKind>().notNull(),
  place: int('place').notNull(),
  id: publicId('esc', 'id').notNull(),
  ticketId: publicId('tkt', 'ticket_id'),
  conversationId: publicId('cnv', 'conversation_id'),
  usedMs: bigint('used_ms', { mode: 'number' }).notNull(),
  teamKey: varchar('team_key', { length: 64 }),
  fireAt: instant('fire_at'),
  state: varchar('state', { length: 9 }).$type<StepState>().notNull(),
  doneAt: instant('done_at'),
  latenessMs: bigint('lateness_ms', { mode: 'number' }),
  cancelReason: varchar('cancel_reason', { length: 16 }),
  actorKind: varchar('actor_kind', { length: 8 }).notNull(),
  actorId: varchar('actor_id', { length: 64 }),
});

// One row is one conversation that clocks may be running for: begun while a policy for conversations was in force, or taken in by one. Written by the consumer of its events and
// by the sweep, which lock it first. said_seq is the last word that was heard of; told_due what conversations were told of the promise that runs out next.
export const promisedConversations = mysqlTable('promised_conversations', {
  conversationId: publicId('cnv', 'conversation_id').primaryKey(),
  channelKind: varchar('channel_kind', { length: 16 }).notNull(),
  priority: tinyint('priority').notNull(),
  agentId: publicId('agt', 'agent_id'),
  queueId: publicId('que', 'queue_id'),
  teamId: publicId('tem', 'team_id'),
  isOver: tinyint('is_over').notNull(),
  saidSeq: int('said_seq').notNull(),
  lastPlace: int('last_place').notNull(),
  // How many events were heard while its past is still to be read; null once it is followed.
  heardMeanwhile: int('heard_meanwhile'),
  // What its past has told up to this number is not told again by an event that comes later.
  takenSeq: int('taken_seq').notNull().default(0),
  toldDue: jsonColumn<ToldDue>('told_due'),
  changedAt: instant('changed_at').notNull(),
});

// One row is one thing that happened in a conversation and that its clocks heed, in their order; never changed. The clocks are a function of these rows.
export const conversationFacts = mysqlTable('conversation_facts', {
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  place: int('place').notNull(),
  kind: varchar('kind', { length: 8 }).$type<'CREATED' | 'STATE' | 'TERMS' | 'REPLIED' | 'ASKED'>().notNull(),
  state: varchar('state', { length: 8 }).$type<TicketState>(),
  at: instant('at').notNull(),
  // Only of CREATED and TERMS; `ref` is null when nothing is promised.
  terms: jsonColumn<{ ref: TermsRef | null }>('terms'),
  // Number of the message or service line that tells of it; null where none does.
  toldSeq: int('told_seq'),
});

/** The promise of a conversation that runs out next, as conversations shows it. */
export interface ToldDue {
  target: SlaTarget;
  dueAt: number;
  state: ClockState;
  riskAt: number | null;
  /** That it came to be at risk was told. */
  isTold: boolean;
}

export type PromisedRow = typeof promisedConversations.$inferSelect;
export type ConversationFactRow = typeof conversationFacts.$inferSelect;
export type ClockRow = typeof slaClocks.$inferSelect;
export type StepRow = typeof slaSteps.$inferSelect;
