import { binaryToId, idToBinary, inList, insertMany, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import { and, asc, eq, gt, isNotNull, lte, or } from 'drizzle-orm';
import type { Reach } from '../reach.rules.ts';
import type { SlaSubject } from './policy.types.ts';
import { slaClocks, slaSteps, type ClockRow, type StepRow } from './sla.tables.ts';

export type NewClockRow = typeof slaClocks.$inferInsert;

export async function insertClocks(tx: Tx, rows: readonly NewClockRow[]): Promise<void> {
  await insertMany(tx, slaClocks, rows);
}

export async function insertSteps(tx: Tx, rows: readonly StepRow[]): Promise<void> {
  await insertMany(tx, slaSteps, rows);
}

export async function updateClock(tx: Tx, { id, isGoing: _generated, ...row }: ClockRow): Promise<void> {
  await tx.orm.update(slaClocks).set(row).where(eq(slaClocks.id, id));
}

export async function deleteClock(tx: Tx, id: string): Promise<void> {
  await tx.orm.delete(slaSteps).where(eq(slaSteps.clockId, id));
  await tx.orm.delete(slaClocks).where(eq(slaClocks.id, id));
}

export async function updateStep(tx: Tx, row: StepRow): Promise<void> {
  const { clockId, kind, place, ...rest } = row;
  await tx.orm.update(slaSteps).set(rest).where(and(eq(slaSteps.clockId, clockId), eq(slaSteps.kind, kind), eq(slaSteps.place, place)));
}

export async function deleteStep(tx: Tx, { clockId, kind, place }: StepRow): Promise<void> {
  await tx.orm.delete(slaSteps).where(and(eq(slaSteps.clockId, clockId), eq(slaSteps.kind, kind), eq(slaSteps.place, place)));
}

/** What a clock belongs to: exactly one of the two. */
export interface ClockSubject {
  ticketId: string | null;
  conversationId: string | null;
}

const clockOf = ({ ticketId, conversationId }: ClockSubject) => (ticketId ? eq(slaClocks.ticketId, ticketId) : eq(slaClocks.conversationId, conversationId!));
const stepOf = ({ ticketId, conversationId }: ClockSubject) => (ticketId ? eq(slaSteps.ticketId, ticketId) : eq(slaSteps.conversationId, conversationId!));

/** Clocks of one ticket or conversation in the order in which they began. */
export async function clocksOfSubject(q: Queryable, subject: ClockSubject): Promise<ClockRow[]> {
  return q.orm.select().from(slaClocks).where(clockOf(subject)).orderBy(asc(slaClocks.startSeq), asc(slaClocks.target));
}

/** Steps of one ticket or conversation. */
export async function stepsOfSubject(q: Queryable, subject: ClockSubject): Promise<StepRow[]> {
  return q.orm.select().from(slaSteps).where(stepOf(subject)).orderBy(asc(slaSteps.usedMs), asc(slaSteps.place));
}

/** Clocks of conversations, in no order. */
export async function clocksOfConversations(q: Queryable, ids: readonly string[]): Promise<ClockRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(slaClocks).where(inList(slaClocks.conversationId, ids));
}

/** Clocks of tickets in the order in which they began, by ticket. */
export async function clocksOfTickets(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, ClockRow[]>> {
  const rows = ticketIds.length === 0 ? [] : await q.orm.select().from(slaClocks).where(inList(slaClocks.ticketId, ticketIds)).orderBy(asc(slaClocks.startSeq), asc(slaClocks.target));
  const found = new Map<string, ClockRow[]>(ticketIds.map((id) => [id, []]));
  for (const row of rows) found.get(row.ticketId!)!.push(row);
  return found;
}

/** Steps of tickets, by ticket. */
export async function stepsOfTickets(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, StepRow[]>> {
  const rows = ticketIds.length === 0 ? [] : await q.orm.select().from(slaSteps).where(inList(slaSteps.ticketId, ticketIds)).orderBy(asc(slaSteps.usedMs), asc(slaSteps.place));
  const found = new Map<string, StepRow[]>(ticketIds.map((id) => [id, []]));
  for (const row of rows) found.get(row.ticketId!)!.push(row);
  return found;
}

export interface DueClock extends ClockSubject {
  id: string;
  nextAt: number | null;
}

/** Clocks that have something to do by now, the most overdue first, from a place on. */
export async function dueClocks(q: Queryable, now: number, after: DueClock | null, limit: number): Promise<DueClock[]> {
  const { id, ticketId, conversationId, nextAt } = slaClocks;
  const place = after ? or(gt(nextAt, after.nextAt!), and(eq(nextAt, after.nextAt!), gt(id, after.id))) : undefined;
  return q.orm.select({ id, ticketId, conversationId, nextAt }).from(slaClocks).where(and(isNotNull(nextAt), lte(nextAt, now), place)).orderBy(asc(nextAt), asc(id)).limit(limit);
}

const OWNERS = '/* moveClocks */ UPDATE sla_clocks SET priority = ?, agent_id = ?, queue_id = ?, team_id = ? WHERE';

/** Repeats on the clocks who their ticket or conversation belongs to. */
export async function moveClocks(tx: Tx, { ticketId, conversationId }: ClockSubject, owner: { priority: number; agentId: string | null; queueId: string | null; teamId: string | null }): Promise<void> {
  const bytes = (id: string | null) => (id ? idToBinary(id) : null);
  await tx.execute(`${OWNERS} ${ticketId ? 'ticket_id' : 'conversation_id'} = ?`, [owner.priority, bytes(owner.agentId), bytes(owner.queueId), bytes(owner.teamId), idToBinary((ticketId ?? conversationId)!)]);
}

export interface BoardCounts {
  priority: number;
  running: number;
  atRisk: number;
  paused: number;
  breached: number;
}

interface Narrowed {
  scope: Reach | null;
  teamIds: readonly string[] | null;
}

/** The SQL condition of a scope and of the teams asked for, with its values. */
function narrowed({ scope, teamIds }: Narrowed): { where: string; values: unknown[] } {
  // What was merged is worked on in the ticket that took it in.
  const parts = ["(pause_reason IS NULL OR pause_reason <> 'MERGED')"];
  const values: unknown[] = [];
  const any = (column: string, ids: readonly string[]) => {
    values.push(ids.map(idToBinary));
    return `${column} IN (?)`;
  };
  if (scope) {
    const own: string[] = [];
    if (scope.agentId) {
      own.push('agent_id = ?', 'creator_agent_id = ?');
      values.push(idToBinary(scope.agentId), idToBinary(scope.agentId));
    }
    if (scope.queueIds.length > 0) own.push(any('queue_id', scope.queueIds));
    if (scope.teamIds.length > 0) own.push(any('team_id', scope.teamIds));
    parts.push(own.length > 0 ? `(${own.join(' OR ')})` : 'FALSE');
  }
  if (teamIds) parts.push(teamIds.length > 0 ? any('team_id', teamIds) : 'FALSE');
  return { where: parts.map((part) => ` AND ${part}`).join(''), values };
}

/** How many tickets have a clock that has not ended and stands so, for each priority; one with two clocks may count in two columns. Each number opens a list of tickets: conversations do not count. */
export async function countBoard(q: Queryable, now: number, who: Narrowed): Promise<BoardCounts[]> {
  const { where, values } = narrowed(who);
  const rows = await q.query<Record<keyof BoardCounts, number>>(`/* countBoard */ SELECT priority, COUNT(DISTINCT IF(state = 'RUNNING', ticket_id, NULL)) AS running,
    COUNT(DISTINCT IF(state = 'RUNNING' AND risk_at <= ?, ticket_id, NULL)) AS atRisk, COUNT(DISTINCT IF(state = 'PAUSED', ticket_id, NULL)) AS paused,
    COUNT(DISTINCT IF(state = 'BREACHED', ticket_id, NULL)) AS breached
    FROM sla_clocks WHERE is_going = 1 AND ticket_id IS NOT NULL${where} GROUP BY priority`, [toSqlInstant(now), ...values]);
  return rows.map((row) => ({ priority: Number(row.priority), running: Number(row.running), atRisk: Number(row.atRisk), paused: Number(row.paused), breached: Number(row.breached) }));
}

/** How many tickets have a running clock that runs out within each span of minutes from now; the first counts those with one that was missed and has not ended. A clock that pauses is in no span. */
export async function countBuckets(q: Queryable, now: number, bounds: readonly number[], who: Narrowed): Promise<number[]> {
  const { where, values } = narrowed(who);
  const edges = [now, ...bounds.map((minutes) => now + minutes * 60_000)].map(toSqlInstant);
  const counted = (condition: string) => `COUNT(DISTINCT IF(${condition}, ticket_id, NULL))`;
  const sums = [counted(`state = 'BREACHED'`), ...edges.map((_, index) => counted(`state = 'RUNNING' AND due_at >= ?${index === edges.length - 1 ? '' : ' AND due_at < ?'}`))];
  const bound = edges.flatMap((edge, index) => (index === edges.length - 1 ? [edge] : [edge, edges[index + 1]]));
  const [row] = await q.query<Record<string, number | null>>(`/* countBuckets */ SELECT ${sums.map((sum, index) => `${sum} AS b${index}`).join(', ')} FROM sla_clocks WHERE is_going = 1 AND ticket_id IS NOT NULL${where}`, [...bound, ...values]);
  return sums.map((_, index) => Number(row![`b${index}`] ?? 0));
}

/** The running clocks of tickets and conversations that run out next. */
export async function nextDueClocks(q: Queryable, now: number, limit: number, who: Narrowed): Promise<ClockRow[]> {
  const { where, values } = narrowed(who);
  const rows = await q.query<{ id: Buffer }>(`/* nextDueClocks */ SELECT id FROM sla_clocks WHERE is_going = 1 AND due_at >= ? AND state = 'RUNNING'${where}
    ORDER BY due_at, id LIMIT ?`, [toSqlInstant(now), ...values, limit]);
  const order = rows.map(({ id }) => binaryToId('clk', id));
  const found = order.length === 0 ? [] : await q.orm.select().from(slaClocks).where(inList(slaClocks.id, order));
  const byId = new Map(found.map((row) => [row.id, row]));
  return order.flatMap((id) => byId.get(id) ?? []);
}

/** First-response clocks of tickets, or of conversations, that ended within [from, to), by verdict and by the hour of the day they ended in. */
export async function endedFirstResponses(q: Queryable, subject: SlaSubject, { from, to }: { from: number; to: number }, who: Narrowed): Promise<{ hour: number; met: number; breached: number }[]> {
  const { where, values } = narrowed(who);
  const rows = await q.query<{ hour: number; met: number; breached: number }>(`/* endedFirstResponses */ SELECT FLOOR(TIMESTAMPDIFF(SECOND, ?, ended_at) / 3600) AS hour,
    SUM(state = 'MET') AS met, SUM(state = 'BREACHED') AS breached FROM sla_clocks
    WHERE target = 'FIRST_RESPONSE' AND ended_at >= ? AND ended_at < ? AND ${subject === 'TICKET' ? 'ticket_id' : 'conversation_id'} IS NOT NULL${where} GROUP BY hour ORDER BY hour`, [toSqlInstant(from), toSqlInstant(from), toSqlInstant(to), ...values]);
  return rows.map((row) => ({ hour: Number(row.hour), met: Number(row.met), breached: Number(row.breached) }));
}
