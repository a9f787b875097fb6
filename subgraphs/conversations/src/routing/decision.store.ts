import { idToBinary, inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, desc, eq, exists, gt, lt, or, sql, type SQL } from 'drizzle-orm';
import { routingDecisionAgents, routingDecisions } from './routing.tables.ts';

export type DecisionRow = typeof routingDecisions.$inferSelect;

/** Stores a decision and whom it looked at; the caller writes what was decided in the same transaction. */
export async function insertDecision(tx: Tx, row: DecisionRow): Promise<void> {
  await tx.orm.insert(routingDecisions).values(row);
  const agentIds = new Set(row.candidates.map(({ agentId }) => agentId));
  if (row.chosenAgentId) agentIds.add(row.chosenAgentId);
  if (agentIds.size > 0) await tx.orm.insert(routingDecisionAgents).values([...agentIds].map((agentId) => ({ agentId, decisionId: row.id })));
}

export async function selectDecision(q: Queryable, id: string): Promise<DecisionRow | null> {
  const [row] = await q.orm.select().from(routingDecisions).where(eq(routingDecisions.id, id));
  return row ?? null;
}

export interface DecisionFilter {
  conversationId?: string | null;
  agentId?: string | null;
  /** Null: all. Otherwise only decisions of these queues or that looked at this agent. */
  reach: { agentId: string | null; queueIds: readonly string[] } | null;
}

const lookedAt = (q: Queryable, agentId: string) => exists(
  q.orm.select({ one: sql`1` }).from(routingDecisionAgents)
    .where(and(eq(routingDecisionAgents.decisionId, routingDecisions.id), eq(routingDecisionAgents.agentId, agentId))),
);

function conditionOf(q: Queryable, { conversationId, agentId, reach }: DecisionFilter): SQL | undefined {
  const conditions: (SQL | undefined)[] = [];
  if (conversationId) conditions.push(eq(routingDecisions.conversationId, conversationId));
  if (agentId) conditions.push(lookedAt(q, agentId));
  if (reach) {
    const own = reach.agentId ? lookedAt(q, reach.agentId) : undefined;
    const queue = reach.queueIds.length > 0 ? inList(routingDecisions.queueId, reach.queueIds) : undefined;
    conditions.push(own || queue ? or(own, queue) : sql`1 = 0`);
  }
  return and(...conditions);
}

/** One page of decisions from an id on, newest first (or, going back, oldest first). */
export function selectDecisionPage(q: Queryable, filter: DecisionFilter, from: string | null, isForward: boolean, limit: number): Promise<DecisionRow[]> {
  const { id } = routingDecisions;
  const place = from === null ? undefined : isForward ? lt(id, from) : gt(id, from);
  return q.orm.select().from(routingDecisions).where(and(conditionOf(q, filter), place)).orderBy(isForward ? desc(id) : asc(id)).limit(limit);
}

/** When the conversation was given to the agent who got it last; null when no agent ever did. */
export async function selectLastAssignedAt(q: Queryable, conversationId: string): Promise<number | null> {
  const [row] = await q.orm.select({ at: routingDecisions.decidedAt }).from(routingDecisions)
    .where(and(eq(routingDecisions.conversationId, conversationId), eq(routingDecisions.outcome, 'ASSIGNED'))).orderBy(desc(routingDecisions.id)).limit(1);
  return row?.at ?? null;
}

const WAITING = "/* selectIsNotedWaiting */ SELECT outcome FROM routing_decisions WHERE conversation_id = ? ORDER BY id DESC LIMIT 1";

/** Whether the last decision about a conversation already says that it waits. */
export async function selectIsNotedWaiting(q: Queryable, conversationId: string): Promise<boolean> {
  const [row] = await q.query<{ outcome: string }>(WAITING, [idToBinary(conversationId)]);
  return row?.outcome === 'WAITING';
}
