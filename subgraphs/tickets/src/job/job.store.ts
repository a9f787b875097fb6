import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, count, desc, eq, isNotNull, lt, sql } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { ticketJobItems, ticketJobParts, ticketJobs, type ItemRow, type JobRow, type NewJobRow, type PartRow } from './job.tables.ts';
import type { ItemState, JobState, Problem, Trace } from './job.types.ts';

const BATCH = 1_000;
const UNFINISHED: JobState[] = ['QUEUED', 'RUNNING'];

export async function insertJob(tx: Tx, job: NewJobRow, items: readonly ItemRow[]): Promise<void> {
  await tx.orm.insert(ticketJobs).values(job);
  for (let from = 0; from < items.length; from += BATCH) await tx.orm.insert(ticketJobItems).values(items.slice(from, from + BATCH));
}

export async function selectJob(q: Queryable, id: string): Promise<JobRow | null> {
  const [row] = await q.orm.select().from(ticketJobs).where(eq(ticketJobs.id, id));
  return row ?? null;
}

/** The job, held until the transaction ends. */
export async function lockJob(tx: Tx, id: string): Promise<JobRow | null> {
  const [row] = await tx.orm.select().from(ticketJobs).where(eq(ticketJobs.id, id)).for('update');
  return row ?? null;
}

/** Whether the job is still worked on in this direction; held so until the transaction ends, while others may look too. */
export async function isGoing(tx: Tx, { id, isUndoing }: Pick<JobRow, 'id' | 'isUndoing'>): Promise<boolean> {
  const [rows] = await tx.orm.execute(sql`SELECT /* isGoing */ state, is_undoing FROM ticket_jobs WHERE ${eq(ticketJobs.id, id)} LOCK IN SHARE MODE`) as unknown as [{ state: JobState; is_undoing: number }[]];
  return rows[0]?.state === 'RUNNING' && rows[0].is_undoing === isUndoing;
}

/** Jobs that are not finished, the oldest first. */
export async function openJobs(q: Queryable, limit: number): Promise<JobRow[]> {
  return q.orm.select().from(ticketJobs).where(inList(ticketJobs.state, UNFINISHED)).orderBy(asc(ticketJobs.id)).limit(limit);
}

export async function countOpenJobs(q: Queryable, ownerId: string): Promise<number> {
  const [row] = await q.orm.select({ count: count() }).from(ticketJobs).where(and(eq(ticketJobs.ownerId, ownerId), inList(ticketJobs.state, UNFINISHED)));
  return Number(row!.count);
}

/** Changes a job whose row is held, and moves its stream on. */
export async function updateJob(tx: Tx, id: string, changes: Partial<Omit<JobRow, 'id' | 'seq'>>): Promise<void> {
  await tx.orm.update(ticketJobs).set({ ...changes, seq: sql`${ticketJobs.seq} + 1` }).where(eq(ticketJobs.id, id));
}

/** The next items that stand so, in their order. */
export async function itemsIn(q: Queryable, jobId: string, state: ItemState, limit: number): Promise<ItemRow[]> {
  return q.orm.select().from(ticketJobItems).where(and(eq(ticketJobItems.jobId, jobId), eq(ticketJobItems.state, state))).orderBy(asc(ticketJobItems.place)).limit(limit);
}

export async function countItems(q: Queryable, jobId: string): Promise<Record<ItemState, number>> {
  const rows = await q.orm.select({ state: ticketJobItems.state, count: count() }).from(ticketJobItems).where(eq(ticketJobItems.jobId, jobId)).groupBy(ticketJobItems.state);
  const found: Record<ItemState, number> = { WAITING: 0, DONE: 0, FAILED: 0, UNDONE: 0, KEPT: 0 };
  for (const row of rows) found[row.state] = Number(row.count);
  return found;
}

/** Moves an item on, unless somebody did before; then false. */
export async function settleItem(tx: Tx, { jobId, place, state }: Pick<ItemRow, 'jobId' | 'place' | 'state'>, next: { state: ItemState; problem?: Problem | null; trace?: Trace }): Promise<boolean> {
  const [{ affectedRows }] = await tx.orm.update(ticketJobItems).set(next)
    .where(and(eq(ticketJobItems.jobId, jobId), eq(ticketJobItems.place, place), eq(ticketJobItems.state, state)));
  return affectedRows === 1;
}

/** One page of what came of the items, in the order in which they were given. */
export async function listItems(q: Queryable, jobId: string, states: readonly ItemState[] | null, page: Page): Promise<ItemRow[]> {
  const parts: KeyPart[] = [{ name: 'place', by: ticketJobItems.place, direction: 'ASC' }];
  return q.orm.select().from(ticketJobItems)
    .where(and(eq(ticketJobItems.jobId, jobId), states ? inList(ticketJobItems.state, states) : undefined, keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}

export async function insertPart(tx: Tx, part: PartRow): Promise<void> {
  await tx.orm.insert(ticketJobParts).values(part);
}

/** How far the file of an export goes; its text is left where it is. */
export async function lastPart(q: Queryable, jobId: string): Promise<Omit<PartRow, 'sealedText'> | null> {
  const { place, ticketCount, afterAt, afterId } = ticketJobParts;
  const [row] = await q.orm.select({ jobId: ticketJobParts.jobId, place, ticketCount, afterAt, afterId }).from(ticketJobParts).where(eq(ticketJobParts.jobId, jobId)).orderBy(desc(place)).limit(1);
  return row ?? null;
}

export async function partAt(q: Queryable, jobId: string, place: number): Promise<PartRow | null> {
  const [row] = await q.orm.select().from(ticketJobParts).where(and(eq(ticketJobParts.jobId, jobId), eq(ticketJobParts.place, place)));
  return row ?? null;
}

/** Jobs that ended before an instant, the oldest first. */
export async function jobsEndedBefore(q: Queryable, before: number, limit: number): Promise<string[]> {
  const rows = await q.orm.select({ id: ticketJobs.id }).from(ticketJobs).where(and(isNotNull(ticketJobs.finishedAt), lt(ticketJobs.finishedAt, before))).orderBy(asc(ticketJobs.finishedAt)).limit(limit);
  return rows.map(({ id }) => id);
}

/** Deletes a job that has ended, with what it holds; items in portions that lock little. */
export async function deleteJob(q: Queryable, id: string): Promise<void> {
  for (let isMore = true; isMore;) {
    const [{ affectedRows }] = await q.orm.delete(ticketJobItems).where(eq(ticketJobItems.jobId, id)).limit(BATCH);
    isMore = affectedRows === BATCH;
  }
  await q.orm.delete(ticketJobParts).where(eq(ticketJobParts.jobId, id));
  await q.orm.delete(ticketJobs).where(eq(ticketJobs.id, id));
}
