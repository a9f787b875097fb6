import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { automationDryRuns, automationDryRunTickets, type DryRunRow, type DryRunTicketRow } from './automation.tables.ts';

export async function insertDryRun(tx: Tx, row: DryRunRow): Promise<void> {
  await tx.orm.insert(automationDryRuns).values(row);
}

export async function selectDryRun(q: Queryable, id: string): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(automationDryRuns).where(eq(automationDryRuns.id, id));
  return row ?? null;
}

export async function newestDryRun(q: Queryable, versionId: string): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(automationDryRuns).where(eq(automationDryRuns.versionId, versionId)).orderBy(desc(automationDryRuns.id)).limit(1);
  return row ?? null;
}

/** The oldest dry run that is not finished. */
export async function nextDryRun(q: Queryable): Promise<DryRunRow | null> {
  const [row] = await q.orm.select().from(automationDryRuns).where(inList(automationDryRuns.state, ['QUEUED', 'RUNNING'])).orderBy(asc(automationDryRuns.id)).limit(1);
  return row ?? null;
}

/** Stores how far a dry run is, and begins anew with its tickets when it begins. */
export async function saveDryRun(tx: Tx, { id, ...row }: DryRunRow, tickets: readonly DryRunTicketRow[], isBeginning: boolean): Promise<void> {
  if (isBeginning) await tx.orm.delete(automationDryRunTickets).where(eq(automationDryRunTickets.dryRunId, id));
  if (tickets.length > 0) await tx.orm.insert(automationDryRunTickets).values([...tickets]);
  await tx.orm.update(automationDryRuns).set(row).where(eq(automationDryRuns.id, id));
}

export async function selectDryRunTickets(q: Queryable, dryRunId: string, page: Page): Promise<DryRunTicketRow[]> {
  const parts: KeyPart[] = [{ name: 'place', by: automationDryRunTickets.place, direction: 'ASC' }];
  return q.orm.select().from(automationDryRunTickets).where(and(eq(automationDryRunTickets.dryRunId, dryRunId), keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}
