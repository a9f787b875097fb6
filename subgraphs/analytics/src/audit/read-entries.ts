import { recordAudit } from '@careline/kit/audit';
import { parseId } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { AnalyticsContext } from '../context.ts';
import { daySpans, type DateRange } from '../day-range.rules.ts';
import { countEntries, entryById, listEntries, matching, type AuditFilter } from './audit.store.ts';
import type { AuditRow } from './audit.tables.ts';
import { checkChain, type ChainCheck } from './check-chain.ts';

/** Audit entries that match, newest first. Reading them is an act that leaves an entry itself. */
export async function readEntries(
  ctx: AnalyticsContext, ask: { filter: AuditFilter; isCounted: boolean }, page: Page<'seq'>,
): Promise<{ rows: AuditRow[]; totalCount: number | null }> {
  ctx.viewer.requireAll('audit:read');
  await noteReading(ctx, ask.filter.subjectId ?? null, { filter: ask.filter });
  const where = matching(ask.filter);
  return { rows: await listEntries(ctx.db, where, page), totalCount: ask.isCounted ? await countEntries(ctx.db, where) : null };
}

/** One entry, for `node(id)`; null when there is none. Leaves an entry like any other reading. */
export async function readEntry(ctx: AnalyticsContext, id: string): Promise<AuditRow | null> {
  if (ctx.viewer.scopeOf('audit:read') !== 'ALL' || !parseId('aud', id)) return null;
  await noteReading(ctx, id, {});
  return entryById(ctx.db, id);
}

/** Checks the chain through the days of a range. */
export async function verifyChain(ctx: AnalyticsContext, range: DateRange): Promise<ChainCheck> {
  ctx.viewer.requireAll('audit:read');
  await noteReading(ctx, null, { range });
  const spans = daySpans(range, ctx.timeZone);
  return checkChain(ctx.db, spans[0]!.start, spans.at(-1)!.end);
}

async function noteReading(ctx: AnalyticsContext, subjectId: string | null, what: object): Promise<void> {
  await ctx.db.transaction((tx) => recordAudit(tx, ctx, { verb: 'audit:read', subjectId, after: what }));
}
