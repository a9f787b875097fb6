import { parseId } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { AnalyticsContext } from '../context.ts';
import type { AlertRow, DeliveryRow, RecipientRow } from './alert.tables.ts';
import { alertsById, countAlerts, listAlerts, matchingAlerts, type AlertFilter } from './alerts.store.ts';
import { allRecipients, newestDeliveries } from './recipients.store.ts';

/** Warnings that match, those that are on first, then newest. */
export async function readAlerts(ctx: AnalyticsContext, ask: { filter: AlertFilter; isCounted: boolean }, page: Page<'isOn' | 'at' | 'id'>): Promise<{ rows: AlertRow[]; totalCount: number | null }> {
  ctx.viewer.requireAll('alert:read');
  const where = matchingAlerts(ask.filter);
  return { rows: await listAlerts(ctx.db, where, page), totalCount: ask.isCounted ? await countAlerts(ctx.db, where) : null };
}

/** One warning, for `node(id)`; null when there is none, or for who may read none. */
export async function readAlert(ctx: AnalyticsContext, id: string): Promise<AlertRow | null> {
  if (ctx.viewer.scopeOf('alert:read') !== 'ALL' || !parseId('alt', id)) return null;
  return (await alertsById(ctx.db, [id])).get(id) ?? null;
}

export type RecipientView = RecipientRow & { lastDelivery: DeliveryRow | null };

/** Recipients with how the newest message to each fares. */
export async function viewRecipients(ctx: AnalyticsContext, rows: readonly RecipientRow[]): Promise<RecipientView[]> {
  const newest = await newestDeliveries(ctx.db, rows.map(({ id }) => id));
  return rows.map((row) => ({ ...row, lastDelivery: newest.get(row.id) ?? null }));
}

/** Who is told, oldest first. */
export async function readRecipients(ctx: AnalyticsContext): Promise<RecipientView[]> {
  ctx.viewer.requireAll('alert:read');
  return viewRecipients(ctx, await allRecipients(ctx.db));
}
