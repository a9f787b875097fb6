import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { Instant } from '@careline/kit/time';
import { and, asc, desc, eq, gt, isNotNull, isNull, lt, max, or, sql, type SQL } from 'drizzle-orm';
import { alertDeliveries, alertEvents, alerts, type AlertRow, type AttainmentFacts } from './alert.tables.ts';

const COUNT_MAX = 10_000;

export interface AlertFilter {
  kind?: AlertRow['kind'] | null;
  isOn?: boolean | null;
  names?: string[] | null;
}

export function matchingAlerts({ kind, isOn, names }: AlertFilter): SQL | undefined {
  return and(
    kind ? eq(alerts.kind, kind) : undefined,
    isOn == null ? undefined : eq(alerts.isOn, isOn ? 1 : 0),
    names ? (names.length > 0 ? inList(alerts.name, names) : sql`FALSE`) : undefined,
  );
}

/** Alerts, those that are on first, then newest (the other way round when taken from the end). */
export async function listAlerts(q: Queryable, where: SQL | undefined, page: Page<'isOn' | 'at' | 'id'>): Promise<AlertRow[]> {
  const { isOn, raisedAt, id } = alerts;
  const order = page.isBackward ? asc : desc;
  return q.orm.select().from(alerts).where(and(where, placeBeyond(page))).orderBy(order(isOn), order(raisedAt), order(id)).limit(page.limit + 1);
}

function placeBeyond({ cursor, isBackward }: Page<'isOn' | 'at' | 'id'>): SQL | undefined {
  if (!cursor) return undefined;
  const beyond = isBackward ? gt : lt;
  const [on, at, id] = [cursor.isOn ? 1 : 0, Number(cursor.at), String(cursor.id)];
  return or(beyond(alerts.isOn, on), and(eq(alerts.isOn, on), or(beyond(alerts.raisedAt, at), and(eq(alerts.raisedAt, at), beyond(alerts.id, id)))));
}

/** How many alerts match, counted up to 10,000. */
export async function countAlerts(q: Queryable, where: SQL | undefined): Promise<number> {
  const some = q.orm.select({ one: sql`1`.as('one') }).from(alerts).where(where).limit(COUNT_MAX).as('some');
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(some);
  return Number(row!.count);
}

export async function alertsById(q: Queryable, ids: readonly string[]): Promise<Map<string, AlertRow>> {
  const rows = ids.length === 0 ? [] : await q.orm.select().from(alerts).where(inList(alerts.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The alert of this name that is on; null when none is. */
export async function alertThatIsOn(q: Queryable, name: string): Promise<AlertRow | null> {
  return (await q.orm.select().from(alerts).where(eq(alerts.onName, name)))[0] ?? null;
}

export async function alertsThatAreOn(q: Queryable): Promise<AlertRow[]> {
  return q.orm.select().from(alerts).where(eq(alerts.isOn, 1)).orderBy(asc(alerts.raisedAt), asc(alerts.id)).limit(100);
}

export type NewAlert = Pick<AlertRow, 'id' | 'kind' | 'name' | 'facts' | 'value' | 'threshold' | 'ticketIds' | 'conversationIds' | 'raisedAt'>;

/** Whether the alert came on by this; false when one of its name is on already. */
export async function insertAlert(tx: Tx, row: NewAlert): Promise<boolean> {
  const [written] = await tx.orm.insert(alerts).ignore().values(row);
  return written.affectedRows === 1;
}

/** Whether it went off by this; false when it was off already. */
export async function clearAlert(tx: Tx, id: string, facts: AttainmentFacts, at: Instant): Promise<boolean> {
  const [written] = await tx.orm.update(alerts).set({ facts, clearedAt: at }).where(and(eq(alerts.id, id), isNull(alerts.clearedAt)));
  return written.affectedRows === 1;
}

export async function lockAlert(tx: Tx, id: string): Promise<AlertRow | null> {
  return (await tx.orm.select().from(alerts).where(eq(alerts.id, id)).for('update'))[0] ?? null;
}

export async function noteAcknowledged(tx: Tx, id: string, agentId: string, at: Instant): Promise<void> {
  await tx.orm.update(alerts).set({ acknowledgedBy: agentId, acknowledgedAt: at }).where(eq(alerts.id, id));
}

/** Says that an alert changed; gives the seq of that. The counter is held until the commit, so positions rise in the order of commits. */
export async function addAlertEvent(tx: Tx, alertId: string, at: Instant): Promise<number> {
  const { insertId: seq } = await tx.execute("UPDATE /* addAlertEvent */ counters SET next_value = LAST_INSERT_ID(next_value) + 1 WHERE name = 'alert_seq'");
  await tx.orm.insert(alertEvents).values({ seq, alertId, at });
  return seq;
}

/** The seq of the newest event; 0 before the first. */
export async function lastAlertSeq(q: Queryable): Promise<number> {
  const [row] = await q.query<{ next: number }>("/* lastAlertSeq */ SELECT next_value AS next FROM counters WHERE name = 'alert_seq'");
  return Number(row!.next) - 1;
}

/** Alerts that changed after a position, each once with its newest seq, in the order of these. */
export async function changedAfter(q: Queryable, seq: number, limit: number): Promise<{ alertId: string; seq: number }[]> {
  const newest = max(alertEvents.seq);
  const rows = await q.orm.select({ alertId: alertEvents.alertId, seq: newest }).from(alertEvents).where(gt(alertEvents.seq, seq)).groupBy(alertEvents.alertId).orderBy(asc(newest)).limit(limit);
  return rows.map((row) => ({ alertId: row.alertId, seq: Number(row.seq) }));
}

/** Forgets events and ended deliveries from before these instants. */
export async function forgetOld(q: Queryable, eventsBefore: Instant, deliveriesBefore: Instant): Promise<void> {
  await q.orm.delete(alertEvents).where(lt(alertEvents.at, eventsBefore));
  await q.orm.delete(alertDeliveries).where(and(isNotNull(alertDeliveries.endedAt), lt(alertDeliveries.endedAt, deliveriesBefore)));
}
