import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { NO_DUE } from './due.rules.ts';
import { viewCondition, type ConversationFilter } from './list-conditions.ts';
import { chooseWays, type Narrowed, type Way } from './list-ways.ts';
import { countList, selectList, type Listed, type ListPage } from './list.store.ts';
import { viewOwnerOf } from './read-views.ts';
import { findSavedView } from './saved-views.ts';
import { viewOfId, type BuiltInView, type ViewOwner } from './view.rules.ts';
import { listedOf, wholeFilter } from './whole-filter.ts';
import type { ConversationOrder, GivenFilter } from './filter.rules.ts';
import type { ConversationRow, ConversationState } from './conversation.types.ts';

export interface ListConversations extends PageArgs {
  viewId?: string | null;
  filter?: GivenFilter | null;
  orderBy?: ConversationOrder | null;
}

const COLUMN_OF: Readonly<Record<ConversationOrder['field'], ListPage['column']>> = { LAST_MESSAGE: 'last_message_at', STARTED: 'started_at', DUE: 'due_at' };
const PLACE_OF: Readonly<Record<ConversationOrder['field'], (row: ConversationRow) => number>> = {
  LAST_MESSAGE: (row) => row.lastMessageAt, STARTED: (row) => row.startedAt, DUE: (row) => row.due?.dueAt ?? NO_DUE,
};
const NEWEST_FIRST: ConversationOrder = { field: 'LAST_MESSAGE', direction: 'DESC' };
const LONGEST_WAIT_FIRST: ConversationOrder = { field: 'STARTED', direction: 'ASC' };

/**
 * One page of the conversations that view, filter and the caller's scope have in common.
 * Of a view that waits the oldest come first, of all others those spoken in last. Throws BAD_USER_INPUT for a view nobody has and for too many tags.
 */
export async function listConversations(ctx: ConversationsContext, args: ListConversations, isCounted: boolean): Promise<Connection<ConversationRow>> {
  const view = args.viewId == null ? null : viewOfId(args.viewId);
  const saved = args.viewId == null || view ? null : await findSavedView(ctx, args.viewId);
  if (args.viewId != null && !view && !saved) throw appError('BAD_USER_INPUT', { words: { zh: '视图不存在，或已不再与您共享。', en: 'There is no such view, or it is not shared with you any more.' } });
  const order = args.orderBy ?? saved?.row.content.orderBy ?? (view === 'UNASSIGNED' ? LONGEST_WAIT_FIRST : NEWEST_FIRST);
  const page = parsePage(args, ['at', 'id']);
  const column = COLUMN_OF[order.field];
  const { listed, ways } = await narrow(ctx, view, [...(saved ? [saved.filter] : []), await wholeFilter(ctx, args.filter ?? {})], column);
  const [rows, total] = await Promise.all([
    selectList(ctx.db, listed, ways, {
      limit: page.limit + 1, isRising: (order.direction === 'ASC') !== page.isBackward, column,
      cursor: page.cursor && { at: Number(page.cursor.at), id: String(page.cursor.id) },
    }),
    isCounted ? countList(ctx.db, listed) : null,
  ]);
  return toConnection(rows, page, (row) => ({ at: PLACE_OF[order.field](row), id: row.id }), total);
}

async function narrow(
  ctx: ConversationsContext, view: BuiltInView | null, filters: readonly ConversationFilter[], column: ListPage['column'],
): Promise<{ listed: Listed; ways: readonly Way[] }> {
  const owner = view ? await viewOwnerOf(ctx) : null;
  const listed = listedOf(ctx, filters, view ? [viewCondition(view, owner!)] : []);
  return { listed, ways: chooseWays(narrowed(ctx, view, owner, filters), column, ctx.clock.now()) };
}

/** What a filter lists within the caller's scope, in whatever order. Throws BAD_USER_INPUT for too many tags. */
export async function readListed(ctx: ConversationsContext, given: GivenFilter): Promise<Listed> {
  return listedOf(ctx, [await wholeFilter(ctx, given)]);
}

/** What view, filters and scope say about the columns that lists have indexes for. Of two that name values of one column either leads to all rows of the list. */
function narrowed(ctx: ConversationsContext, view: BuiltInView | null, owner: ViewOwner | null, filters: readonly ConversationFilter[]): Narrowed {
  const { viewer } = ctx;
  const first = <T>(valueOf: (filter: ConversationFilter) => T | null | undefined): T | null => filters.map(valueOf).find((value) => value != null && !(Array.isArray(value) && value.length === 0)) ?? null;
  const ofView: Partial<Record<BuiltInView, Partial<Narrowed>>> = owner ? {
    MINE: { states: ['ACTIVE'], agentIds: [owner.agentId] }, SNOOZED: { states: ['ACTIVE'], agentIds: [owner.agentId] }, TEAM: { states: ['ACTIVE'], agentIds: [...owner.teamMateIds] },
    UNASSIGNED: { states: ['QUEUED'], queueIds: owner.queueIds },
  } : {};
  const unassigned: readonly ConversationState[] | null = first(({ isUnassigned }) => isUnassigned || null) ? ['BOT', 'QUEUED'] : null;
  return {
    states: first(({ states }) => states) ?? unassigned, priorities: first(({ priorities }) => priorities), queueIds: first(({ queueIds }) => queueIds),
    agentIds: first(({ agentIds, teamMateIds }) => (agentIds?.length ? agentIds : teamMateIds)),
    startedAfter: first(({ startedAfter }) => startedAfter), startedBefore: first(({ startedBefore }) => startedBefore),
    isOfFew: viewer.isCustomer || first(({ customerId }) => customerId) !== null || first(({ ids }) => ids) !== null || view === 'MENTIONED',
    reach: viewer.scopeOf('conversation:read') === 'ALL' ? null : { agentId: viewer.agentId, queueIds: viewer.scopeOf('conversation:read') === 'TEAM' ? viewer.identity!.queueIds : [] },
    ...(view ? ofView[view] : {}),
  };
}
