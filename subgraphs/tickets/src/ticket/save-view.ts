import { parseId } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { deleteView as removeView, saveView as saveShared, storedFilter, type SaveSharedView, type ViewDesk } from '@careline/kit/views';
import type { TicketsContext } from '../context.ts';
import type { TicketFilter, TicketOrder } from './list.types.ts';
import { viewOf, type TicketView } from './read-views.ts';
import { wholeFilter } from './read-tickets.ts';
import { COLUMN_KEYS, INSTANTS, type ViewContent } from './view.rules.ts';
import { ticketViews } from './view.store.ts';

export interface SaveView extends Omit<SaveSharedView<ViewContent>, 'content'> {
  filter: TicketFilter;
  orderBy?: TicketOrder | null;
  columns: string[];
}

/** Creates or changes a saved view, as kit's `saveView` says; `isStale`: somebody changed it since the caller saw it, and it is left as it is. */
export async function saveView(ctx: TicketsContext, { filter, orderBy, columns, ...input }: SaveView): Promise<{ view: TicketView; isStale: boolean }> {
  ctx.viewer.require('view:write');
  const { view, isStale } = await saveShared(deskOf(ctx), { ...input, content: await contentOf(ctx, { filter, orderBy: orderBy ?? null, columns }) });
  return { view: await viewOf(ctx, view), isStale };
}

/** Removes a saved view. Refuses NOT_FOUND for one the caller does not see and NOT_ALLOWED for one it may not change. */
export async function deleteView(ctx: TicketsContext, viewId: string): Promise<string> {
  ctx.viewer.require('view:write');
  return removeView(deskOf(ctx), viewId);
}

const deskOf = ({ viewer, db, clock, live }: TicketsContext): ViewDesk<ViewContent> => ({ viewer, db, clock, store: ticketViews, onChange: (id) => live.publish('ticket-views', { id }) });

async function contentOf(ctx: TicketsContext, { filter, orderBy, columns: given }: { filter: TicketFilter; orderBy: TicketOrder | null; columns: string[] }): Promise<ViewContent> {
  const columns = [...new Set(given)];
  const unknown = columns.find((key) => !COLUMN_KEYS.includes(key));
  if (unknown !== undefined) throw refuse('INVALID', 'columns', { zh: `没有列“${unknown}”。`, en: `There is no column "${unknown}".` });
  checkIds(filter);
  await wholeFilter(ctx, filter);
  return { filter: storedFilter(filter, INSTANTS), orderBy: orderBy ?? { field: 'DUE', direction: 'ASC' }, columns };
}

/** What is kept is read by everybody whom it is shared with: an id that is none would take all their views with it. */
function checkIds({ agentIds, teamIds, categoryIds, customerId, ids }: TicketFilter): void {
  const kinds: [string, readonly string[]][] = [['agt', agentIds ?? []], ['tem', teamIds ?? []], ['cat', categoryIds ?? []], ['cus', customerId ? [customerId] : []], ['tkt', ids ?? []]];
  const wrong = kinds.flatMap(([kind, given]) => given.filter((id) => !parseId(kind, id)))[0];
  if (wrong !== undefined) throw refuse('INVALID', 'filter', { zh: `“${wrong.slice(0, 40)}”不是有效的编号。`, en: `"${wrong.slice(0, 40)}" is no id.` });
}
