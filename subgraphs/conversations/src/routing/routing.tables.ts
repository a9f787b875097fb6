import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import type { Words } from '@careline/kit/errors';
import type { BusinessHours } from '@careline/kit/time';
import { int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { Skill } from '../skill.rules.ts';
import type { JudgedCandidate, RoutingStrategy } from './agent.rules.ts';
import type { DecisionInputs } from './decision.rules.ts';
import type { StoredRuleSet } from './queue.rules.ts';

export type RoutingOutcome = 'QUEUED' | 'OFFERED' | 'ASSIGNED' | 'OVERFLOWED' | 'WAITING';
export type OfferState = 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'WITHDRAWN';
/** How a wait ended: given by routing, taken or given by hand, moved to another queue, or over without an agent. */
export type WaitEnd = 'ROUTING' | 'HAND' | 'MOVED' | 'LEFT';

/** What happens in a queue outside its hours: it waits until it opens, or the overflow queue takes over at once. */
export type ClosedAction = 'WAIT' | 'OVERFLOW';

// One row is one queue. Written by saveQueue and set-up; read at every routing decision. A handful of rows, never deleted.
export const queues = mysqlTable('queues', {
  id: publicId('que', 'id').primaryKey(),
  key: varchar('queue_key', { length: 40 }).notNull(),
  name: varchar('name', { length: 60 }).notNull(),
  strategy: jsonColumn<RoutingStrategy[]>('strategy').notNull(),
  skills: jsonColumn<Skill[]>('skills'),
  skillSeconds: int('skill_seconds'),
  acceptSeconds: int('accept_seconds').notNull(),
  overflowQueueId: publicId('que', 'overflow_queue_id'),
  overflowSeconds: int('overflow_seconds'),
  businessHoursId: publicId('bhr', 'business_hours_id'),
  closedAction: varchar('closed_action', { length: 10 }).$type<ClosedAction>().notNull(),
  closedTexts: jsonColumn<Words>('closed_texts'),
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
});

// One row is the newest version of business hours as tickets, which owns them, told it. Written by its event, or asked for when somebody
// names hours that have not been told yet; read by the router. A handful of rows.
export const knownHours = mysqlTable('known_hours', {
  hoursId: publicId('bhr', 'hours_id').primaryKey(),
  key: varchar('hours_key', { length: 40 }).notNull(),
  version: int('version').notNull(),
  content: jsonColumn<BusinessHours>('content').notNull(),
});

// One row says that a team serves a queue, asked in the order of `position`. Replaced as a whole by saveQueue.
export const queueTeams = mysqlTable('queue_teams', {
  queueId: publicId('que', 'queue_id').notNull(),
  teamId: publicId('tem', 'team_id').notNull(),
  position: int('position').notNull(),
});

// One row is one conversation that waits for a person; deleted when the wait ends. The index (queue, priority, since, id)
// is the order in which work is given out.
export const queueEntries = mysqlTable('queue_entries', {
  id: publicId('qen', 'id').primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  queueId: publicId('que', 'queue_id').notNull(),
  priority: tinyint('priority').notNull(),
  since: instant('since').notNull(),
  enteredAt: instant('entered_at').notNull(),
  offerId: publicId('off', 'offer_id'),
  skills: jsonColumn<Skill[]>('skills'),
});

// One row is one ended wait: the sample of wait estimates, and the old place of a conversation that returns.
// Written when an entry is deleted, swept after a day. A wait ended by ROUTING must name its decision (a check of the table).
export const queueWaits = mysqlTable('queue_waits', {
  id: publicId('qen', 'id').primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  queueId: publicId('que', 'queue_id').notNull(),
  since: instant('since').notNull(),
  endedAt: instant('ended_at').notNull(),
  endedBy: varchar('ended_by', { length: 12 }).$type<WaitEnd>().notNull(),
  agentId: publicId('agt', 'agent_id'),
  decisionId: publicId('rtd', 'decision_id'),
  skills: jsonColumn<Skill[]>('skills'),
});

// One row is one offer to one agent, and the durable timer of its end: (state, expires_at) serves the sweep.
// OPEN rows hold `units` of the agent. `reason_enc` is sealed under the staff key, since people write it.
export const offers = mysqlTable('offers', {
  id: publicId('off', 'id').primaryKey(),
  entryId: publicId('qen', 'entry_id').notNull(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  queueId: publicId('que', 'queue_id').notNull(),
  agentId: publicId('agt', 'agent_id').notNull(),
  decisionId: publicId('rtd', 'decision_id').notNull(),
  units: tinyint('units', { unsigned: true }).notNull(),
  state: varchar('state', { length: 10 }).$type<OfferState>().notNull(),
  offeredAt: instant('offered_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  endedAt: instant('ended_at'),
  reasonEnc: sealed('reason_enc', 2048),
});

export type VersionState = 'DRAFT' | 'SCHEDULED' | 'ACTIVE' | 'RETIRED';

// One row is one version of the routing rules. Its rules never change; a generated unique key lets exactly one be ACTIVE.
// Written by saveRoutingRules as a DRAFT, moved by activateRoutingRules and, where planned, by the sweep. Never deleted: decisions name it.
export const routingRuleVersions = mysqlTable('routing_rule_versions', {
  version: int('version').primaryKey(),
  id: publicId('rrv', 'id').notNull(),
  rules: jsonColumn<StoredRuleSet>('rules').notNull(),
  state: varchar('state', { length: 10 }).$type<VersionState>().notNull(),
  authorKind: varchar('author_kind', { length: 10 }).$type<'SYSTEM' | 'AGENT' | 'API'>().notNull(),
  authorId: varchar('author_id', { length: 40 }),
  activatedAt: instant('activated_at'),
  createdAt: instant('created_at').notNull(),
});

/** Conversations that a dry run sent from one queue to another by the same rule; `exampleId` is the newest. */
export interface Flow {
  fromKey: string;
  toKey: string;
  ruleName: string | null;
  count: number;
  exampleId: string;
}

// One row is one dry run of a version. Asked for by people, worked off by the sweep, oldest first; (after_at, after_id) is how far it is.
export const routingDryRuns = mysqlTable('routing_dry_runs', {
  id: publicId('rdr', 'id').primaryKey(),
  versionId: publicId('rrv', 'version_id').notNull(),
  comparedWith: int('compared_with').notNull(),
  state: varchar('state', { length: 10 }).$type<'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED'>().notNull(),
  fromAt: instant('from_at').notNull(),
  untilAt: instant('until_at').notNull(),
  afterAt: instant('after_at'),
  afterId: publicId('cnv', 'after_id'),
  totalCount: int('total_count').notNull(),
  doneCount: int('done_count').notNull(),
  changedCount: int('changed_count').notNull(),
  flows: jsonColumn<Flow[]>('flows').notNull(),
  startedAt: instant('started_at').notNull(),
  endedAt: instant('ended_at'),
});

// One row is one decision with everything it was made from, kept for ever. Holds ids, numbers and the rules' own words;
// what a person wrote (the reason of a move by hand) is sealed. Ids rise with time and are the order of the list.
export const routingDecisions = mysqlTable('routing_decisions', {
  id: publicId('rtd', 'id').primaryKey(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  decidedAt: instant('decided_at').notNull(),
  outcome: varchar('outcome', { length: 12 }).$type<RoutingOutcome>().notNull(),
  queueId: publicId('que', 'queue_id'),
  chosenAgentId: publicId('agt', 'chosen_agent_id'),
  ruleName: varchar('rule_name', { length: 80 }),
  ruleVersion: int('rule_version').notNull(),
  actorKind: varchar('actor_kind', { length: 10 }).$type<'SYSTEM' | 'AGENT' | 'API'>().notNull(),
  actorId: varchar('actor_id', { length: 40 }),
  inputs: jsonColumn<DecisionInputs>('inputs').notNull(),
  candidates: jsonColumn<JudgedCandidate[]>('candidates').notNull(),
  reasonEnc: sealed('reason_enc', 2048),
});

// One row says that a decision looked at an agent: "which decisions left me out?" without a scan of JSON.
export const routingDecisionAgents = mysqlTable('routing_decision_agents', {
  agentId: publicId('agt', 'agent_id').notNull(),
  decisionId: publicId('rtd', 'decision_id').notNull(),
});
