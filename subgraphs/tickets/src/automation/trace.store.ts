import { idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq, gte, lte } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { automationEvents, ruleTraces, type EventRow, type TraceRow } from './automation.tables.ts';

export type NewEvent = Omit<EventRow, 'place'>;

export async function insertEvents(tx: Tx, rows: readonly NewEvent[]): Promise<void> {
  if (rows.length > 0) await tx.orm.insert(automationEvents).values([...rows]);
}

/** Events whose turn has come, in the order in which they came in. */
export async function dueEvents(q: Queryable, now: number, limit: number): Promise<EventRow[]> {
  return q.orm.select().from(automationEvents).where(lte(automationEvents.dueAt, now)).orderBy(asc(automationEvents.dueAt), asc(automationEvents.place)).limit(limit);
}

export async function removeEvent(q: Queryable, place: number): Promise<void> {
  await q.orm.delete(automationEvents).where(eq(automationEvents.place, place));
}

export async function postponeEvent(q: Queryable, place: number, tries: number, dueAt: number): Promise<void> {
  await q.orm.update(automationEvents).set({ tries, dueAt }).where(eq(automationEvents.place, place));
}

export async function isTraced(q: Queryable, eventId: string, ruleId: string): Promise<boolean> {
  const found = await q.orm.select({ id: ruleTraces.id }).from(ruleTraces).where(and(eq(ruleTraces.eventId, eventId), eq(ruleTraces.ruleId, ruleId))).limit(1);
  return found.length > 0;
}

/** Throws when this rule has answered this event before: what was done in the same transaction is then undone. */
export async function insertTrace(tx: Tx, row: TraceRow): Promise<void> {
  await tx.orm.insert(ruleTraces).values(row);
}

/** Keeps the answer of a rule that did nothing; a first answer stays. */
export async function keepTrace(q: Queryable, row: TraceRow): Promise<void> {
  await q.orm.insert(ruleTraces).ignore().values(row);
}

export async function selectTraces(q: Queryable, ticketId: string, page: Page): Promise<TraceRow[]> {
  const parts: KeyPart[] = [{ name: 'id', by: ruleTraces.id, direction: 'DESC' }];
  return q.orm.select().from(ruleTraces).where(and(eq(ruleTraces.ticketId, ticketId), keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}

const COUNT_MAX = 10_000;

/** How often a rule has run its steps since an instant, counted up to 10,000. */
export async function countRuns(q: Queryable, ruleId: string, since: number): Promise<number> {
  const [row] = await q.query<{ count: number }>(`/* countRuns */ SELECT COUNT(*) AS count FROM (
    SELECT 1 FROM rule_traces WHERE rule_id = ? AND outcome = 'RAN' AND at >= ? LIMIT ${COUNT_MAX}) counted`, [idToBinary(ruleId), toSqlInstant(since)]);
  return Number(row!.count);
}

/** When a rule ran its steps last since an instant; null when it did not. */
export async function lastRun(q: Queryable, ruleId: string, since: number): Promise<number | null> {
  const [row] = await q.orm.select({ at: ruleTraces.at }).from(ruleTraces)
    .where(and(eq(ruleTraces.ruleId, ruleId), eq(ruleTraces.outcome, 'RAN'), gte(ruleTraces.at, since))).orderBy(desc(ruleTraces.at)).limit(1);
  return row?.at ?? null;
}

/** Removes traces whose time is over, at most so many; how many there were. */
export async function removeExpired(q: Queryable, now: number, limit: number): Promise<number> {
  const { affectedRows } = await q.execute('/* removeExpired */ DELETE FROM rule_traces WHERE expires_at < ? ORDER BY expires_at LIMIT ?', [toSqlInstant(now), limit]);
  return affectedRows;
}
