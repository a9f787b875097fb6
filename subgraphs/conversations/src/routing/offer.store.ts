import { binaryToId, fromSqlInstant, idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import { and, eq, gt, isNotNull, lte, or } from 'drizzle-orm';
import { offers, type OfferState } from './routing.tables.ts';

export type OfferRow = typeof offers.$inferSelect;

export async function insertOffer(tx: Tx, row: OfferRow): Promise<void> {
  await tx.orm.insert(offers).values(row);
}

export async function selectOffer(q: Queryable, id: string): Promise<OfferRow | null> {
  const [row] = await q.orm.select().from(offers).where(eq(offers.id, id));
  return row ?? null;
}

/** Open offers by conversation; an offer past its time is still OPEN until swept, so the caller compares `expiresAt`. */
export async function selectOpenOffersOf(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, OfferRow>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await q.orm.select().from(offers).where(and(inList(offers.conversationId, conversationIds), eq(offers.state, 'OPEN')));
  return new Map(rows.map((row) => [row.conversationId, row]));
}

/** Open offers to one agent. */
export function selectOpenOffersTo(q: Queryable, agentId: string): Promise<OfferRow[]> {
  return q.orm.select().from(offers).where(and(eq(offers.agentId, agentId), eq(offers.state, 'OPEN')));
}

/** Open offers whose time is over. */
export function selectDueOffers(q: Queryable, now: number, limit: number): Promise<OfferRow[]> {
  return q.orm.select().from(offers).where(and(eq(offers.state, 'OPEN'), lte(offers.expiresAt, now))).orderBy(offers.expiresAt).limit(limit);
}

/** Ends an open offer; false when it was over already. The UPDATE is the lock: of accept, decline and expiry one wins. */
export async function endOffer(tx: Tx, id: string, state: Exclude<OfferState, 'OPEN'>, endedAt: number, reasonEnc: Buffer | null = null): Promise<boolean> {
  const [result] = await tx.orm.update(offers).set({ state, endedAt, reasonEnc }).where(and(eq(offers.id, id), eq(offers.state, 'OPEN')));
  return result.affectedRows === 1;
}

/** Agents who declined this entry, or let its offer run out, after `since`. */
export async function selectDecliners(q: Queryable, entryId: string, since: number): Promise<Set<string>> {
  const rows = await q.orm.selectDistinct({ agentId: offers.agentId }).from(offers)
    .where(and(eq(offers.entryId, entryId), gt(offers.endedAt, since), or(eq(offers.state, 'DECLINED'), eq(offers.state, 'EXPIRED')), isNotNull(offers.endedAt)));
  return new Set(rows.map(({ agentId }) => agentId));
}

const LOADS = "/* selectOfferLoads */ SELECT agent_id, SUM(units) AS units FROM offers WHERE agent_id IN (?) AND state = 'OPEN' GROUP BY agent_id";

/** Units that open offers hold of each agent; agents without any are absent. */
export async function selectOfferLoads(q: Queryable, agentIds: readonly string[]): Promise<Map<string, number>> {
  if (agentIds.length === 0) return new Map();
  const rows = await q.query<{ agent_id: Buffer; units: number }>(LOADS, [agentIds.map(idToBinary)]);
  return new Map(rows.map((row) => [binaryToId('agt', row.agent_id), Number(row.units)]));
}

const LOCK = '/* lockHolders */ SELECT id, last_work_at FROM work_holders WHERE id IN (?) ORDER BY id FOR UPDATE';
const MAKE = '/* insertHolders */ INSERT IGNORE INTO work_holders (id, last_work_at) VALUES ?';
const TOUCH = `/* touchHolder */ INSERT INTO work_holders (id, last_work_at) VALUES (?, ?)
  ON DUPLICATE KEY UPDATE last_work_at = VALUES(last_work_at)`;

/**
 * Holds these agents and teams until the transaction ends, and tells when each agent last got work.
 * Taken in the order of ids by everybody, so that two claims wait for each other instead of meeting in a deadlock.
 */
export async function lockHolders(tx: Tx, ids: readonly string[]): Promise<Map<string, number | null>> {
  const binaries = ids.map(idToBinary).sort(Buffer.compare);
  if (binaries.length === 0) return new Map();
  const read = () => tx.query<{ id: Buffer; last_work_at: Date | string | null }>(LOCK, [binaries]);
  let rows = await read();
  if (rows.length < new Set(ids).size) {
    await tx.execute(MAKE, [binaries.map((id) => [id, null])]);
    rows = await read();
  }
  const idOf = new Map(ids.map((id) => [idToBinary(id).toString('hex'), id]));
  return new Map(rows.map((row) => [idOf.get(row.id.toString('hex'))!, row.last_work_at === null ? null : fromSqlInstant(row.last_work_at)]));
}

/** Notes that an agent got new work now. */
export async function touchHolder(tx: Tx, agentId: string, now: number): Promise<void> {
  await tx.execute(TOUCH, [idToBinary(agentId), toSqlInstant(now)]);
}
