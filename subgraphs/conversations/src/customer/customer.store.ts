import { idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, gte, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { SqlCondition } from '../ports.ts';
import { customerIdentities, customers, type CustomerKind, type IdentityKind } from './customer.tables.ts';

export type CustomerRow = typeof customers.$inferSelect;
export type IdentityRow = typeof customerIdentities.$inferSelect;

export async function insertCustomer(tx: Tx, row: CustomerRow): Promise<void> {
  await tx.orm.insert(customers).values(row);
}

export async function selectCustomers(q: Queryable, ids: readonly string[]): Promise<CustomerRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(customers).where(inList(customers.id, ids));
}

export async function selectCustomerByNumber(q: Queryable, number: string): Promise<CustomerRow | null> {
  return (await q.orm.select().from(customers).where(eq(customers.number, number)))[0] ?? null;
}

/** Rows of customers, locked in the order of their ids so that two callers never wait for each other. */
export async function lockCustomers(tx: Tx, ids: readonly string[]): Promise<CustomerRow[]> {
  return tx.orm.select().from(customers).where(inList(customers.id, ids)).orderBy(customers.id).for('update');
}

export async function updateCustomerRow(tx: Tx, id: string, changes: Partial<CustomerRow>): Promise<void> {
  await tx.orm.update(customers).set({ ...changes, version: sql`${customers.version} + 1` }).where(eq(customers.id, id));
}

/** Moves the last contact forward, never back. Not a change in the sense of `version`. */
export async function touchCustomer(q: Queryable, id: string, at: number, device: string | null = null): Promise<void> {
  await q.execute('/* touchCustomer */ UPDATE customers SET last_seen_at = GREATEST(last_seen_at, ?), last_device = COALESCE(?, last_device) WHERE id = ?', [toSqlInstant(at), device, idToBinary(id)]);
}

/** Moves the last contact of many customers forward in one statement; rows are locked in the order of their ids. */
export async function touchCustomers(q: Queryable, contacts: ReadonlyMap<string, number>): Promise<void> {
  if (contacts.size === 0) return;
  const rows = [...contacts].map(([id, at]) => ({ id: idToBinary(id), at: toSqlInstant(at) })).sort((a, b) => Buffer.compare(a.id, b.id));
  const cases = rows.map(() => 'WHEN ? THEN ?').join(' ');
  await q.execute(
    `/* touchCustomers */ UPDATE customers SET last_seen_at = GREATEST(last_seen_at, CASE id ${cases} END) WHERE id IN (?) ORDER BY id`,
    [...rows.flatMap(({ id, at }) => [id, at]), rows.map(({ id }) => id)]);
}

/** Customers joined directly to these. */
export async function selectMergedInto(q: Queryable, ids: readonly string[]): Promise<{ id: string; mergedInto: string }[]> {
  if (ids.length === 0) return [];
  const rows = await q.orm.select({ id: customers.id, mergedInto: customers.mergedInto }).from(customers).where(inList(customers.mergedInto, ids));
  return rows as { id: string; mergedInto: string }[];
}

export async function selectIdentities(q: Queryable, customerIds: readonly string[]): Promise<IdentityRow[]> {
  if (customerIds.length === 0) return [];
  return q.orm.select().from(customerIdentities).where(inList(customerIdentities.customerId, customerIds)).orderBy(customerIdentities.linkedAt, customerIdentities.id);
}

export async function selectIdentitiesByIndex(q: Queryable, kind: IdentityKind, bidx: readonly Buffer[]): Promise<IdentityRow[]> {
  if (bidx.length === 0) return [];
  return q.orm.select().from(customerIdentities).where(and(eq(customerIdentities.kind, kind), inList(customerIdentities.bidx, bidx)));
}

export async function insertIdentity(tx: Tx, row: IdentityRow): Promise<void> {
  await tx.orm.insert(customerIdentities).values(row);
}

export async function verifyIdentity(tx: Tx, id: string): Promise<void> {
  await tx.orm.update(customerIdentities).set({ isVerified: true }).where(eq(customerIdentities.id, id));
}

export async function deleteIdentities(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length) await tx.orm.delete(customerIdentities).where(inList(customerIdentities.id, ids));
}

export interface CustomerSearch {
  kind?: CustomerKind | null;
  tags?: string[] | null;
  company?: string | null;
  lastSeenAfter?: number | null;
  lastSeenBefore?: number | null;
  isBlocked?: boolean | null;
  onlyId?: string | null;
  /** Customers in scope: one of these conditions must hold. Null: everybody. */
  reach?: { condition: SqlCondition; createdBy: string | null } | null;
}

export interface CustomerPage extends Page<'at' | 'id'> {
  field: 'LAST_SEEN' | 'FIRST_SEEN';
  isDescending: boolean;
}

/** A condition with `?` marks, as drizzle wants it. */
function spliced({ sql: text, params }: SqlCondition): SQL {
  const parts = text.split('?');
  return sql.join(parts.flatMap((part, at) => (at < params.length ? [sql.raw(part), sql`${params[at]}`] : [sql.raw(part)])));
}

function searchCondition(search: CustomerSearch): SQL | undefined {
  const tagged = search.tags?.length
    ? sql`(${sql.join(search.tags.map((tag) => sql`JSON_CONTAINS(${customers.tags}, ${JSON.stringify(tag)})`), sql` OR `)})`
    : undefined;
  const reach = search.reach
    ? sql`(${spliced(search.reach.condition)}${search.reach.createdBy ? sql` OR ${customers.createdBy} = ${idToBinary(search.reach.createdBy)}` : sql``})`
    : undefined;
  return and(
    isNull(customers.mergedInto),
    search.kind ? eq(customers.kind, search.kind) : undefined, tagged,
    search.company ? eq(customers.company, search.company) : undefined,
    search.lastSeenAfter != null ? gte(customers.lastSeenAt, search.lastSeenAfter) : undefined,
    search.lastSeenBefore != null ? lt(customers.lastSeenAt, search.lastSeenBefore) : undefined,
    search.isBlocked != null ? eq(customers.isBlocked, search.isBlocked) : undefined,
    search.onlyId ? eq(customers.id, search.onlyId) : undefined,
    reach,
  );
}

export async function selectCustomerPage(q: Queryable, search: CustomerSearch, page: CustomerPage): Promise<CustomerRow[]> {
  const column = page.field === 'LAST_SEEN' ? customers.lastSeenAt : customers.firstSeenAt;
  const isDown = page.isDescending !== page.isBackward;
  const after = page.cursor
    ? sql`(${column}, ${customers.id}) ${sql.raw(isDown ? '<' : '>')} (${toSqlInstant(Number(page.cursor.at))}, ${idToBinary(String(page.cursor.id))})`
    : undefined;
  const order = sql.raw(isDown ? 'DESC' : 'ASC');
  return q.orm.select().from(customers).where(and(searchCondition(search), after))
    .orderBy(sql`${column} ${order}`, sql`${customers.id} ${order}`).limit(page.limit + 1);
}

/** Customers of a list whose texts stand at these places of a word index. */
export async function selectCustomersAt(
  q: Queryable, words: string, places: readonly number[], search: CustomerSearch,
): Promise<{ place: number; seq: number; customer: CustomerRow }[]> {
  if (places.length === 0) return [];
  const table = sql.raw(words);
  const rows = await q.orm.select({ place: sql<number>`${table}.place`, seq: sql<number>`${table}.seq`, customer: customers })
    .from(customers).innerJoin(table, sql`${table}.owner_id = ${customers.id}`).where(and(sql`${table}.place IN ${[...places]}`, searchCondition(search)));
  return rows.map((row) => ({ ...row, place: Number(row.place), seq: Number(row.seq) }));
}

/** The next customers in the order of their ids. */
export async function selectCustomersAfter(q: Queryable, afterId: Buffer, limit: number): Promise<CustomerRow[]> {
  return q.orm.select().from(customers).where(sql`${customers.id} > ${afterId}`).orderBy(customers.id).limit(limit);
}

export async function countCustomers(q: Queryable, search: CustomerSearch): Promise<number> {
  const counted = q.orm.select({ id: customers.id }).from(customers).where(searchCondition(search)).limit(10_000).as('counted');
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(counted))[0]!.count;
}
