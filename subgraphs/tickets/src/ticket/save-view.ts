import { newId, parseId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import type { TicketFilter, TicketOrder } from './list.types.ts';
import { mayEdit, mayShare, viewOf, type TicketView } from './read-views.ts';
import { wholeFilter } from './read-tickets.ts';
import type { ViewRow, ViewSharing } from './ticket.tables.ts';
import { COLUMN_KEYS, storedFilter } from './view.rules.ts';
import { deleteView as removeView, insertView, lockSiblings, lockView, placeView, updateView } from './view.store.ts';

const NAME_MAX = 40;
/** More than anybody finds one's way in. */
const VIEWS_MAX = 50;

export interface SaveView {
  viewId?: string | null;
  name: string;
  filter: TicketFilter;
  orderBy?: TicketOrder | null;
  columns: string[];
  sharing: ViewSharing;
  teamId?: string | null;
  position?: number | null;
}

/**
 * Creates or changes a saved view; the same new view twice is one view.
 *
 * Refuses NOT_ALLOWED for sharing beyond the caller's `view:write`, NOT_FOUND for a view the caller does not see,
 * ALREADY_EXISTS for a name that another view of the same people has. Throws FORBIDDEN for who is no agent.
 */
export async function saveView(ctx: TicketsContext, input: SaveView): Promise<TicketView> {
  ctx.viewer.require('view:write');
  const { agentId } = ctx.viewer;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'views belong to agents' });
  const content = await contentOf(ctx, input);
  const row = await ctx.db.transaction(async (tx) => {
    const known = input.viewId == null ? null : await lockOwn(ctx, tx, input.viewId);
    const siblings = await lockSiblings(tx, { ...content, ownerAgentId: known?.ownerAgentId ?? agentId });
    const twin = siblings.find(({ id, name }) => name === content.name && id !== known?.id);
    if (twin && !known && isSame(twin, content)) return twin;
    if (twin) throw refuse('ALREADY_EXISTS', 'name', { zh: '已有同名视图。', en: 'There is a view of that name.' });
    const others = siblings.filter(({ id }) => id !== known?.id);
    if (others.length >= VIEWS_MAX) throw refuse('LIMIT_REACHED', null, { zh: `最多 ${VIEWS_MAX} 个视图。`, en: `At most ${VIEWS_MAX} views.` });
    const isMoved = !known || known.sharing !== content.sharing || known.teamId !== content.teamId;
    const wanted = input.position ?? (isMoved ? others.length : siblings.findIndex(({ id }) => id === known.id));
    const place = Math.min(Math.max(0, Math.trunc(wanted)), others.length);
    const saved: ViewRow = { id: known?.id ?? newId('tvw'), ownerAgentId: known?.ownerAgentId ?? agentId, ...content, place, version: (known?.version ?? 0) + 1 };
    await (known ? updateView(tx, saved) : insertView(tx, saved));
    await reorder(tx, [...others.slice(0, place), saved, ...others.slice(place)]);
    tx.afterCommit(() => ctx.live.publish('ticket-views', { id: saved.id }));
    return saved;
  });
  return viewOf(ctx, row);
}

/** Removes a saved view. Refuses NOT_FOUND for one the caller does not see and NOT_ALLOWED for one it may not change. */
export async function deleteView(ctx: TicketsContext, viewId: string): Promise<string> {
  ctx.viewer.require('view:write');
  await ctx.db.transaction(async (tx) => {
    await lockOwn(ctx, tx, viewId);
    await removeView(tx, viewId);
    tx.afterCommit(() => ctx.live.publish('ticket-views', { id: viewId }));
  });
  return viewId;
}

async function lockOwn(ctx: TicketsContext, tx: Tx, viewId: string): Promise<ViewRow> {
  const row = await lockView(tx, viewId);
  const { agentId, identity } = ctx.viewer;
  const isSeen = row && (row.sharing === 'ALL' || (row.sharing === 'ME' ? row.ownerAgentId === agentId : identity!.teamIds.includes(row.teamId!) || mayEdit(ctx, row)));
  if (!isSeen) throw refuse('NOT_FOUND', 'viewId', { zh: '视图不存在。', en: 'There is no such view.' });
  if (!mayEdit(ctx, row)) throw refuse('NOT_ALLOWED', 'viewId', { zh: '您不能修改此共享视图。', en: 'You may not change this shared view.' });
  return row;
}

type Content = Pick<ViewRow, 'name' | 'filter' | 'orderBy' | 'columns' | 'sharing' | 'teamId'>;

async function contentOf(ctx: TicketsContext, input: SaveView): Promise<Content> {
  const name = input.name.trim();
  if (name === '') throw refuse('REQUIRED', 'name', { zh: '请填写名称。', en: 'Give it a name.' });
  if ([...name].length > NAME_MAX) throw refuse('TOO_LONG', 'name', { zh: `名称最多 ${NAME_MAX} 个字符。`, en: `A name has at most ${NAME_MAX} characters.` });
  const columns = [...new Set(input.columns)];
  const unknown = columns.find((key) => !COLUMN_KEYS.includes(key));
  if (unknown !== undefined) throw refuse('INVALID', 'columns', { zh: `没有列“${unknown}”。`, en: `There is no column "${unknown}".` });
  const teamId = input.sharing === 'TEAM' ? (input.teamId ?? null) : null;
  if (input.sharing === 'TEAM' && !teamId) throw refuse('REQUIRED', 'teamId', { zh: '请选择客服组。', en: 'Name the team.' });
  if (teamId && !parseId('tem', teamId)) throw refuse('INVALID', 'teamId', { zh: '没有此客服组。', en: 'There is no such team.' });
  if (!mayShare(ctx, input.sharing, teamId)) throw refuse('NOT_ALLOWED', 'sharing', { zh: '您的角色不能共享到此范围。', en: 'Your role may not share it so far.' });
  checkIds(input.filter);
  await wholeFilter(ctx, input.filter);
  return { name, filter: storedFilter(input.filter), orderBy: input.orderBy ?? { field: 'DUE', direction: 'ASC' }, columns, sharing: input.sharing, teamId };
}

/** What is kept is read by everybody whom it is shared with: an id that is none would take all their views with it. */
function checkIds({ agentIds, teamIds, categoryIds, customerId, ids }: TicketFilter): void {
  const kinds: [string, readonly string[]][] = [['agt', agentIds ?? []], ['tem', teamIds ?? []], ['cat', categoryIds ?? []], ['cus', customerId ? [customerId] : []], ['tkt', ids ?? []]];
  const wrong = kinds.flatMap(([kind, given]) => given.filter((id) => !parseId(kind, id)))[0];
  if (wrong !== undefined) throw refuse('INVALID', 'filter', { zh: `“${wrong.slice(0, 40)}”不是有效的编号。`, en: `"${wrong.slice(0, 40)}" is no id.` });
}

const textOf = ({ filter, orderBy, columns }: Content) => JSON.stringify([Object.entries(filter).sort(), orderBy.field, orderBy.direction, columns]);
const isSame = (one: Content, other: Content) => textOf(one) === textOf(other);

async function reorder(tx: Tx, rows: readonly ViewRow[]): Promise<void> {
  for (const [place, row] of rows.entries()) if (row.place !== place) await placeView(tx, row.id, place);
}
