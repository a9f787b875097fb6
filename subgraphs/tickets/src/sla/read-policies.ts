import { parseId } from '@careline/kit/db';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { reaches } from '@careline/schema/attainment';
import type { TicketsContext } from '../context.ts';
import { newestDryRun } from './dry-run.store.ts';
import { knownLimits } from './attainment-limits.store.ts';
import { toldHours, type ToldHours } from './hours.rules.ts';
import { selectAllHours, selectHoursPage, type HoursWithContent } from './hours.store.ts';
import { countOpenUnder, newestVersion, selectDocument, selectVersion } from './policy.store.ts';
import type { DocumentRow, DryRunRow, VersionRow } from './sla.tables.ts';

export async function readDocument(ctx: TicketsContext, id: string): Promise<DocumentRow | null> {
  return parseId('slp', id) ? selectDocument(ctx.db, id) : null;
}

export async function readActive(ctx: TicketsContext, { activeVersionId }: DocumentRow): Promise<VersionRow | null> {
  return activeVersionId ? selectVersion(ctx.db, activeVersionId) : null;
}

/** The newest version when it is newer than the one in force. */
export async function readDraft(ctx: TicketsContext, { id, activeVersionId }: DocumentRow): Promise<VersionRow | null> {
  const newest = await newestVersion(ctx.db, id);
  return newest && newest.id !== activeVersionId && newest.activatedAt === null ? newest : null;
}

export async function openUnder(ctx: TicketsContext, { activeVersionId }: DocumentRow): Promise<number> {
  return activeVersionId ? countOpenUnder(ctx.db, [activeVersionId]) : 0;
}

export async function newestRun(ctx: TicketsContext, versionId: string): Promise<DryRunRow | null> {
  return newestDryRun(ctx.db, versionId);
}

export async function readHoursPage(ctx: TicketsContext, args: PageArgs): Promise<Connection<HoursWithContent>> {
  const page = parsePage(args, ['name', 'id']);
  return toConnection(await selectHoursPage(ctx.db, page), page, ({ name, id }) => ({ name, id }), null);
}

/** All business hours as `hours.saved` tells them, for who has not heard it. */
export async function readHoursToTell(ctx: TicketsContext): Promise<ToldHours[]> {
  ctx.viewer.requireAll('service:read');
  return (await selectAllHours(ctx.db)).map(toldHours);
}

/** The hours of a key; 7×24 when a broken document names none that there are. */
export async function hoursByKey(ctx: TicketsContext, key: string): Promise<HoursWithContent> {
  const all = await selectAllHours(ctx.db);
  return all.find((hours) => hours.key === key) ?? all.find((hours) => hours.key === '7x24')!;
}

/** Whether a share of kept promises is one that a day would be warned of. Of nothing that ended nobody is warned. */
export async function fallsShort(ctx: TicketsContext, metCount: number, endedCount: number): Promise<boolean> {
  return !reaches(metCount, endedCount, (await knownLimits(ctx.db)).thresholdPerMille);
}
