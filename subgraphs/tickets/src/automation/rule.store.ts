import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq, max } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { automationRules, automationVersions, type RuleRow, type VersionRow } from './automation.tables.ts';

const byName: KeyPart[] = [{ name: 'name', by: automationRules.name, direction: 'ASC' }, { name: 'id', by: automationRules.id, direction: 'ASC' }];
const VERSIONS_SHOWN = 100;

export async function selectRules(q: Queryable, page: Page): Promise<RuleRow[]> {
  return q.orm.select().from(automationRules).where(keysetAfter(byName, page)).orderBy(...keysetOrder(byName, page.isBackward)).limit(page.limit + 1);
}

export async function selectRule(q: Queryable, id: string): Promise<RuleRow | null> {
  const [row] = await q.orm.select().from(automationRules).where(eq(automationRules.id, id));
  return row ?? null;
}

/** The rule, held until the transaction ends. */
export async function lockRule(tx: Tx, id: string): Promise<RuleRow | null> {
  const [row] = await tx.orm.select().from(automationRules).where(eq(automationRules.id, id)).for('update');
  return row ?? null;
}

export async function insertRule(tx: Tx, row: RuleRow): Promise<void> {
  await tx.orm.insert(automationRules).values(row);
}

export async function updateRule(tx: Tx, id: string, changes: Partial<RuleRow>): Promise<void> {
  await tx.orm.update(automationRules).set(changes).where(eq(automationRules.id, id));
}

export async function rulesById(q: Queryable, ids: readonly string[]): Promise<RuleRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(automationRules).where(inList(automationRules.id, ids));
}

/** A rule that is in force, with what it says. */
export interface ActiveRule {
  rule: RuleRow;
  version: VersionRow;
}

/** Every rule in force, in the order in which they are asked. */
export async function activeRules(q: Queryable): Promise<ActiveRule[]> {
  return q.orm.select({ rule: automationRules, version: automationVersions }).from(automationRules)
    .innerJoin(automationVersions, eq(automationVersions.id, automationRules.activeVersionId))
    .where(eq(automationRules.isEnabled, 1)).orderBy(asc(automationRules.name), asc(automationRules.id));
}

/** The newest versions of a rule, newest first. */
export async function selectVersions(q: Queryable, ruleId: string): Promise<VersionRow[]> {
  return q.orm.select().from(automationVersions).where(eq(automationVersions.ruleId, ruleId)).orderBy(desc(automationVersions.number)).limit(VERSIONS_SHOWN);
}

/** The version of a rule that was saved last. */
export async function newestVersion(q: Queryable, ruleId: string): Promise<VersionRow | null> {
  const [row] = await q.orm.select().from(automationVersions).where(eq(automationVersions.ruleId, ruleId)).orderBy(desc(automationVersions.number)).limit(1);
  return row ?? null;
}

export async function selectVersion(q: Queryable, id: string): Promise<VersionRow | null> {
  const [row] = await q.orm.select().from(automationVersions).where(eq(automationVersions.id, id));
  return row ?? null;
}

export async function versionByNumber(q: Queryable, ruleId: string, number: number): Promise<VersionRow | null> {
  const [row] = await q.orm.select().from(automationVersions).where(and(eq(automationVersions.ruleId, ruleId), eq(automationVersions.number, number)));
  return row ?? null;
}

export async function nextVersionNumber(tx: Tx, ruleId: string): Promise<number> {
  const [row] = await tx.orm.select({ last: max(automationVersions.number) }).from(automationVersions).where(eq(automationVersions.ruleId, ruleId));
  return (row?.last ?? 0) + 1;
}

export async function insertVersion(tx: Tx, row: VersionRow): Promise<void> {
  await tx.orm.insert(automationVersions).values(row);
}

export async function noteActivation(tx: Tx, id: string, activatedAt: number): Promise<void> {
  await tx.orm.update(automationVersions).set({ activatedAt }).where(eq(automationVersions.id, id));
}
