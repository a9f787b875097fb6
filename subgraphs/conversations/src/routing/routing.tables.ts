import { instant, jsonColumn, publicId, sealed } from '@careline/kit/db';
import { int, mysqlTable, tinyint, varchar } from 'drizzle-orm/mysql-core';
import type { Skill } from '../skill.rules.ts';
import type { JudgedCandidate, RoutingStrategy } from './agent.rules.ts';
import type { DecisionInputs } from './decision.rules.ts';
import type { RuleSet } from './queue.rules.ts';

export type RoutingOutcome = 'QUEUED' | 'OFFERED' | 'ASSIGNED' | 'OVERFLOWED' | 'WAITING';
export type OfferState = 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED' | 'WITHDRAWN';
/** How a wait ended: given by routing, taken or given by hand, moved to another queue, or over without an agent. */
export type WaitEnd = 'ROUTING' | 'HAND' | 'MOVED' | 'LEFT';

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
  version: int('version').notNull(),
  createdAt: instant('created_at').notNull(),
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

// One row is one version of the routing rules. Append-only; the greatest version is in force.
export const routingRuleVersions = mysqlTable('routing_rule_versions', {
  version: int('version').primaryKey(),
  rules: jsonColumn<RuleSet>('rules').notNull(),
  createdAt: instant('created_at').notNull(),
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
