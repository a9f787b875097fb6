import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { Instant } from '@careline/kit/time';
import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import { FOREVER } from '../row-version.store.ts';
import { slaClockFacts, type ClockFact, type ClockFactRow, type Priority, type SlaSubject, type SlaTarget } from './sla.tables.ts';

const COUNT_MAX = 10_000;
const isPresent = eq(slaClockFacts.knownUntil, FOREVER);

/** Seq with which each of these clocks was last told, held until the transaction ends; those never told are absent. */
export async function lastTold(tx: Tx, clockIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.orm.select({ clockId: slaClockFacts.clockId, seq: slaClockFacts.seq }).from(slaClockFacts)
    .where(and(inList(slaClockFacts.clockId, clockIds), isPresent)).for('update');
  return new Map(rows.map(({ clockId, seq }) => [clockId, seq]));
}

/** Ends what was known of the clocks at `now` and begins what is known instead, with row versions from `firstVersion` on. */
export async function replaceClockFacts(tx: Tx, facts: readonly ClockFact[], known: { firstVersion: number; now: Instant }): Promise<void> {
  await tx.orm.update(slaClockFacts).set({ knownUntil: known.now }).where(and(inList(slaClockFacts.clockId, facts.map(({ clockId }) => clockId)), isPresent));
  await tx.orm.insert(slaClockFacts).values(facts.map((fact, place) => ({ ...fact, rowVersion: known.firstVersion + place, knownFrom: known.now, knownUntil: FOREVER })));
}

export interface FactFilter {
  subjects?: SlaSubject[] | null;
  targets?: SlaTarget[] | null;
  priorities?: Priority[] | null;
  teamIds?: string[] | null;
  categoryKeys?: string[] | null;
}

/** The one subject a filter leaves; null when both may come, NONE when nothing may. */
export function subjectsIn({ subjects }: FactFilter): SlaSubject | 'NONE' | null {
  const asked = new Set<SlaSubject>(subjects ?? ['TICKET', 'CONVERSATION']);
  return asked.size === 2 ? null : ([...asked][0] ?? 'NONE');
}

const ofSubject = (subject: SlaSubject) => (subject === 'TICKET' ? isNotNull(slaClockFacts.ticketId) : isNull(slaClockFacts.ticketId));

/** Rows a caller sees: of this agent, these queues and these teams. Null: all. */
export type FactReach = { agentId: string | null; queueIds: readonly string[]; teamIds: readonly string[] } | null;

function reaching(reach: FactReach): SQL | undefined {
  if (!reach) return undefined;
  const parts = [
    reach.agentId ? eq(slaClockFacts.agentId, reach.agentId) : undefined,
    reach.queueIds.length > 0 ? inList(slaClockFacts.queueId, reach.queueIds) : undefined,
    reach.teamIds.length > 0 ? inList(slaClockFacts.teamId, reach.teamIds) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? or(...parts) : sql`FALSE`;
}

export function presentFacts(filter: FactFilter, reach: FactReach): SQL | undefined {
  const any = <Value>(values: readonly Value[] | null | undefined, of: (values: Value[]) => SQL) => (values ? (values.length > 0 ? of([...values]) : sql`FALSE`) : undefined);
  const only = subjectsIn(filter);
  return and(
    isPresent, reaching(reach), only === 'NONE' ? sql`FALSE` : only ? ofSubject(only) : undefined,
    any(filter.targets, (values) => inList(slaClockFacts.target, values)), any(filter.priorities, (values) => inList(slaClockFacts.priority, values)),
    any(filter.teamIds, (values) => inList(slaClockFacts.teamId, values)), any(filter.categoryKeys, (values) => inList(slaClockFacts.categoryKey, values)),
  );
}

/** Present rows in the order of their versions (backwards when taken from the end), after `afterVersion`. */
export async function listClockFacts(q: Queryable, where: SQL | undefined, afterVersion: number, page: Page<'rowVersion'>): Promise<ClockFactRow[]> {
  const { rowVersion } = slaClockFacts;
  const place = page.cursor && (Number(page.cursor.rowVersion) || 0);
  const beyond = place === null ? undefined : page.isBackward ? lt(rowVersion, place) : gt(rowVersion, place);
  return q.orm.select().from(slaClockFacts).where(and(where, gt(rowVersion, afterVersion), beyond)).orderBy(page.isBackward ? desc(rowVersion) : asc(rowVersion)).limit(page.limit + 1);
}

/** How many present rows match after `afterVersion`, counted up to 10,000. */
export async function countClockFacts(q: Queryable, where: SQL | undefined, afterVersion: number): Promise<number> {
  const some = q.orm.select({ one: sql`1`.as('one') }).from(slaClockFacts).where(and(where, gt(slaClockFacts.rowVersion, afterVersion))).limit(COUNT_MAX).as('some');
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(some);
  return Number(row!.count);
}

const endedWithin = (subject: SlaSubject, from: Instant, to: Instant) => and(ofSubject(subject), eq(slaClockFacts.target, 'FIRST_RESPONSE'), isPresent, gte(slaClockFacts.endedAt, from), lt(slaClockFacts.endedAt, to));

/** How many first responses in tickets, or in conversations, ended within [from, to), by verdict. */
export async function countEndedWithin(q: Queryable, subject: SlaSubject, from: Instant, to: Instant): Promise<{ metCount: number; breachedCount: number }> {
  const rows = await q.orm.select({ state: slaClockFacts.state, count: sql<number>`COUNT(*)` }).from(slaClockFacts).where(endedWithin(subject, from, to)).groupBy(slaClockFacts.state);
  const countOf = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { metCount: countOf('MET'), breachedCount: countOf('BREACHED') };
}

/** Ids of the tickets, or conversations, whose first response ended late within [from, to), the latest first. */
export async function missedSubjects(q: Queryable, subject: SlaSubject, from: Instant, to: Instant, limit: number): Promise<string[]> {
  const id = subject === 'TICKET' ? slaClockFacts.ticketId : slaClockFacts.conversationId;
  const rows = await q.orm.select({ id }).from(slaClockFacts).where(and(endedWithin(subject, from, to), eq(slaClockFacts.state, 'BREACHED')))
    .orderBy(desc(slaClockFacts.endedAt), desc(slaClockFacts.clockId)).limit(limit);
  return [...new Set(rows.map((row) => row.id!))];
}
