import { inList, newId, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, desc, eq, gt, lt, lte } from 'drizzle-orm';
import { upToDate, type RuleSet } from './queue.rules.ts';
import { routingDryRuns, routingRuleVersions } from './routing.tables.ts';

type StoredRow = typeof routingRuleVersions.$inferSelect;
export type RuleVersionRow = Omit<StoredRow, 'rules'> & { rules: RuleSet };
export type DryRunRow = typeof routingDryRuns.$inferSelect;

const read = (row: StoredRow | undefined): RuleVersionRow | null => (row ? { ...row, rules: upToDate(row.rules) } : null);

/** The version in force. Null before set-up. */
export async function selectActiveVersion(q: Queryable): Promise<RuleVersionRow | null> {
  const [row] = await q.orm.select().from(routingRuleVersions).where(eq(routingRuleVersions.state, 'ACTIVE'));
  return read(row);
}

/** The number of the version in force, without its rules. Null before set-up. */
export async function selectActiveNumber(q: Queryable): Promise<number | null> {
  const [row] = await q.orm.select({ version: routingRuleVersions.version }).from(routingRuleVersions).where(eq(routingRuleVersions.state, 'ACTIVE'));
  return row?.version ?? null;
}

/** The rules in force. Null before set-up. */
export async function selectRules(q: Queryable): Promise<RuleSet | null> {
  return (await selectActiveVersion(q))?.rules ?? null;
}

/** The rules of one version; null when there never was such a version. */
export async function selectRulesOfVersion(q: Queryable, version: number): Promise<RuleSet | null> {
  const [row] = await q.orm.select().from(routingRuleVersions).where(eq(routingRuleVersions.version, version));
  return read(row)?.rules ?? null;
}

export async function selectVersion(q: Queryable, id: string): Promise<RuleVersionRow | null> {
  const [row] = await q.orm.select().from(routingRuleVersions).where(eq(routingRuleVersions.id, id));
  return read(row);
}

/**
 * Who saves or activates stands in line at the first version, which is always there: waiting at the newest or at the one in force
 * would give the second of two what the first has just replaced.
 */
async function standInLine(tx: Tx): Promise<void> {
  await tx.orm.select({ version: routingRuleVersions.version }).from(routingRuleVersions).orderBy(asc(routingRuleVersions.version)).limit(1).for('update');
}

/** The version that was saved last, held until the transaction ends: of two savers the second sees what the first wrote. */
export async function lockNewestVersion(tx: Tx): Promise<RuleVersionRow | null> {
  await standInLine(tx);
  const [row] = await tx.orm.select().from(routingRuleVersions).orderBy(desc(routingRuleVersions.version)).limit(1).for('update');
  return read(row);
}

/** One page of versions from a number on, newest first (or, going back, oldest first). */
export async function selectVersionPage(q: Queryable, from: number | null, isForward: boolean, limit: number): Promise<RuleVersionRow[]> {
  const { version } = routingRuleVersions;
  const place = from === null ? undefined : isForward ? lt(version, from) : gt(version, from);
  const rows = await q.orm.select().from(routingRuleVersions).where(place).orderBy(isForward ? desc(version) : asc(version)).limit(limit);
  return rows.map((row) => read(row)!);
}

export async function insertVersion(tx: Tx, row: RuleVersionRow): Promise<void> {
  await tx.orm.insert(routingRuleVersions).values(row);
}

/** Puts the first rules of a system in force; a system that has rules keeps them. */
export async function insertRules(tx: Tx, rules: RuleSet, now: number): Promise<void> {
  await tx.orm.insert(routingRuleVersions).ignore().values({
    version: rules.version, id: newId('rrv'), rules, state: 'ACTIVE', authorKind: 'SYSTEM', authorId: null, activatedAt: now, createdAt: now,
  });
}

/** The versions that are in force or planned, held until the transaction ends: activations stand in line here. */
export async function lockActivations(tx: Tx): Promise<RuleVersionRow[]> {
  await standInLine(tx);
  const rows = await tx.orm.select().from(routingRuleVersions).where(inList(routingRuleVersions.state, ['ACTIVE', 'SCHEDULED'])).orderBy(asc(routingRuleVersions.version)).for('update');
  return rows.map((row) => read(row)!);
}

export async function updateState(tx: Tx, version: number, changes: Partial<Pick<StoredRow, 'state' | 'activatedAt'>>): Promise<void> {
  await tx.orm.update(routingRuleVersions).set(changes).where(eq(routingRuleVersions.version, version));
}

/** Planned versions whose moment has come, in the order of their moments. */
export async function selectDueVersions(q: Queryable, now: number): Promise<RuleVersionRow[]> {
  const rows = await q.orm.select().from(routingRuleVersions)
    .where(and(eq(routingRuleVersions.state, 'SCHEDULED'), lte(routingRuleVersions.activatedAt, now))).orderBy(asc(routingRuleVersions.activatedAt));
  return rows.map((row) => read(row)!);
}

export async function insertDryRun(tx: Tx, row: DryRunRow): Promise<void> {
  await tx.orm.insert(routingDryRuns).values(row);
}

export async function selectDryRun(q: Queryable, id: string): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(routingDryRuns).where(eq(routingDryRuns.id, id));
  return row ?? null;
}

/** The newest dry run of each version; versions that were never run are absent. */
export async function selectNewestDryRuns(q: Queryable, versionIds: readonly string[]): Promise<Map<string, DryRunRow>> {
  if (versionIds.length === 0) return new Map();
  const rows = await q.orm.select().from(routingDryRuns).where(inList(routingDryRuns.versionId, versionIds)).orderBy(asc(routingDryRuns.id));
  return new Map(rows.map((row) => [row.versionId, row]));
}

/** The newest dry run of a version; null when it was never run. */
export async function selectNewestDryRun(q: Queryable, versionId: string): Promise<DryRunRow | null> {
  return (await selectNewestDryRuns(q, [versionId])).get(versionId) ?? null;
}

/** The oldest dry run that is not finished; null when all are. */
export async function selectNextDryRun(q: Queryable): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(routingDryRuns).where(inList(routingDryRuns.state, ['QUEUED', 'RUNNING'])).orderBy(asc(routingDryRuns.id)).limit(1);
  return row ?? null;
}

export async function updateDryRun(q: Queryable, { id, ...changes }: DryRunRow): Promise<void> {
  await q.orm.update(routingDryRuns).set(changes).where(eq(routingDryRuns.id, id));
}
