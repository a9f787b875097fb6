import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { Instant } from '@careline/kit/time';
import { and, asc, desc, eq, gt, gte, lt, lte, max, min, sql, type SQL } from 'drizzle-orm';
import type { ChainEnd } from './chain.ts';
import { auditChain, auditEntries, type AuditRow } from './audit.tables.ts';

const CHAIN = 'main';
const COUNT_MAX = 10_000;

/** The end of the chain, held until the transaction ends: only one writer at a time goes on from it. */
export async function lockChainEnd(tx: Tx): Promise<ChainEnd> {
  const [row] = await tx.orm.select().from(auditChain).where(eq(auditChain.name, CHAIN)).for('update');
  return { seq: row!.lastSeq, hash: row!.lastHash };
}

export async function readChainEnd(q: Queryable): Promise<ChainEnd> {
  const [row] = await q.orm.select().from(auditChain).where(eq(auditChain.name, CHAIN));
  return { seq: row!.lastSeq, hash: row!.lastHash };
}

export async function appendEntry(tx: Tx, row: AuditRow): Promise<void> {
  await tx.orm.insert(auditEntries).values(row);
  await tx.orm.update(auditChain).set({ lastSeq: row.seq, lastHash: row.hash }).where(eq(auditChain.name, CHAIN));
}

export async function hasEntry(q: Queryable, id: string): Promise<boolean> {
  return (await q.orm.select({ seq: auditEntries.seq }).from(auditEntries).where(eq(auditEntries.id, id)).limit(1)).length > 0;
}

export async function entryById(q: Queryable, id: string): Promise<AuditRow | null> {
  return (await q.orm.select().from(auditEntries).where(eq(auditEntries.id, id)))[0] ?? null;
}

export interface AuditFilter {
  agentId?: string | null;
  verbs?: string[] | null;
  subjectId?: string | null;
  after?: Instant | null;
  before?: Instant | null;
}

export function matching(filter: AuditFilter): SQL | undefined {
  return and(
    filter.agentId ? eq(auditEntries.actorId, filter.agentId) : undefined,
    filter.verbs?.length ? inList(auditEntries.verb, filter.verbs) : undefined,
    filter.subjectId ? eq(auditEntries.subjectId, filter.subjectId) : undefined,
    filter.after == null ? undefined : gte(auditEntries.at, filter.after),
    filter.before == null ? undefined : lt(auditEntries.at, filter.before),
  );
}

/** Entries, newest first (oldest first when taken from the end). */
export async function listEntries(q: Queryable, where: SQL | undefined, page: Page<'seq'>): Promise<AuditRow[]> {
  const seq = page.cursor && Number(page.cursor.seq);
  const beyond = seq === null ? undefined : page.isBackward ? gt(auditEntries.seq, seq) : lt(auditEntries.seq, seq);
  return q.orm.select().from(auditEntries).where(and(where, beyond))
    .orderBy(page.isBackward ? asc(auditEntries.seq) : desc(auditEntries.seq)).limit(page.limit + 1);
}

/** How many entries match, counted up to 10,000. */
export async function countEntries(q: Queryable, where: SQL | undefined): Promise<number> {
  const some = q.orm.select({ one: sql`1`.as('one') }).from(auditEntries).where(where).limit(COUNT_MAX).as('some');
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(some);
  return Number(row!.count);
}

/**
 * First and last place of the entries between two instants, with the gaps around them: a row taken out of the range
 * must be missed, although nothing in the range tells of it.
 */
export async function placesBetween(q: Queryable, start: Instant, end: Instant, lastSeq: number): Promise<{ first: number; last: number }> {
  const [inside] = await q.orm.select({ first: min(auditEntries.seq), last: max(auditEntries.seq) }).from(auditEntries).where(and(gte(auditEntries.at, start), lt(auditEntries.at, end)));
  const [before] = await q.orm.select({ seq: max(auditEntries.seq) }).from(auditEntries).where(lt(auditEntries.at, start));
  const [behind] = await q.orm.select({ seq: min(auditEntries.seq) }).from(auditEntries).where(gte(auditEntries.at, end));
  const first = (before?.seq ?? 0) + 1;
  const last = (behind?.seq ?? lastSeq + 1) - 1;
  return { first: Math.min(first, inside?.first ?? first), last: Math.max(last, inside?.last ?? last) };
}

export async function entriesBetween(q: Queryable, first: number, last: number): Promise<AuditRow[]> {
  return q.orm.select().from(auditEntries).where(and(gte(auditEntries.seq, first), lte(auditEntries.seq, last))).orderBy(asc(auditEntries.seq));
}
