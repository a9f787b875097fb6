import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq, isNotNull } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import type { SlaSubject } from './policy.types.ts';
import { slaDryRunChanges, slaDryRuns, type DryRunChangeRow, type DryRunRow } from './sla.tables.ts';

export async function insertDryRun(tx: Tx, row: DryRunRow): Promise<void> {
  await tx.orm.insert(slaDryRuns).values(row);
}

export async function selectDryRun(q: Queryable, id: string): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(slaDryRuns).where(eq(slaDryRuns.id, id));
  return row ?? null;
}

export async function newestDryRun(q: Queryable, versionId: string): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(slaDryRuns).where(eq(slaDryRuns.versionId, versionId)).orderBy(desc(slaDryRuns.id)).limit(1);
  return row ?? null;
}

/** The oldest dry run that is not finished. */
export async function nextDryRun(q: Queryable): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(slaDryRuns).where(inList(slaDryRuns.state, ['QUEUED', 'RUNNING'])).orderBy(asc(slaDryRuns.id)).limit(1);
  return row ?? null;
}

/** Stores how far a dry run is, and begins anew with its changes when it begins. */
export async function saveDryRun(tx: Tx, { id, ...row }: DryRunRow, changes: readonly DryRunChangeRow[], isBeginning: boolean): Promise<void> {
  if (isBeginning) await tx.orm.delete(slaDryRunChanges).where(eq(slaDryRunChanges.dryRunId, id));
  if (changes.length > 0) await tx.orm.insert(slaDryRunChanges).values([...changes]);
  await tx.orm.update(slaDryRuns).set(row).where(eq(slaDryRuns.id, id));
}

/** A page of the clocks of tickets, or of conversations, whose result would change. */
export async function selectChanges(q: Queryable, dryRunId: string, subject: SlaSubject, page: Page): Promise<DryRunChangeRow[]> {
  const parts: KeyPart[] = [{ name: 'place', by: slaDryRunChanges.place, direction: 'ASC' }];
  return q.orm.select().from(slaDryRunChanges).where(and(eq(slaDryRunChanges.dryRunId, dryRunId), isNotNull(subject === 'TICKET' ? slaDryRunChanges.ticketId : slaDryRunChanges.conversationId), keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}
