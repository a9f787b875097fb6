import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { countList, filterConditions, scopeCondition, selectList, viewCondition, type Condition, type ConversationFilter } from './list.store.ts';
import { teamMates } from './people.ts';
import { viewOwnerOf } from './read-views.ts';
import { viewOfId, type BuiltInView } from './view.rules.ts';
import type { ConversationRow } from './conversation.types.ts';

export interface ConversationOrder {
  field: 'LAST_MESSAGE' | 'STARTED';
  direction: 'ASC' | 'DESC';
}

export interface ListConversations extends PageArgs {
  viewId?: string | null;
  filter?: (ConversationFilter & { teamIds?: readonly string[] | null }) | null;
  orderBy?: ConversationOrder | null;
}

const NEWEST_FIRST: ConversationOrder = { field: 'LAST_MESSAGE', direction: 'DESC' };
const LONGEST_WAIT_FIRST: ConversationOrder = { field: 'STARTED', direction: 'ASC' };

/**
 * One page of the conversations that view, filter and the caller's scope have in common.
 * Of a view that waits the oldest come first, of all others those spoken in last. Throws BAD_USER_INPUT for a view nobody has.
 */
export async function listConversations(ctx: ConversationsContext, args: ListConversations, isCounted: boolean): Promise<Connection<ConversationRow>> {
  const view = args.viewId == null ? null : viewOfId(args.viewId);
  if (args.viewId != null && !view) throw appError('BAD_USER_INPUT', { words: { zh: '视图不存在。', en: 'There is no such view.' } });
  const order = args.orderBy ?? (view === 'UNASSIGNED' ? LONGEST_WAIT_FIRST : NEWEST_FIRST);
  const page = parsePage(args, ['at', 'id']);
  const conditions = await conditionsOf(ctx, view, args.filter ?? {});
  const isByStart = order.field === 'STARTED';
  const [rows, total] = await Promise.all([
    selectList(ctx.db, conditions, {
      limit: page.limit + 1, isRising: (order.direction === 'ASC') !== page.isBackward, column: isByStart ? 'started_at' : 'last_message_at',
      cursor: page.cursor && { at: Number(page.cursor.at), id: String(page.cursor.id) },
    }),
    isCounted ? countList(ctx.db, conditions) : null,
  ]);
  return toConnection(rows, page, (row) => ({ at: isByStart ? row.startedAt : row.lastMessageAt, id: row.id }), total);
}

async function conditionsOf(
  ctx: ConversationsContext, view: BuiltInView | null, filter: NonNullable<ListConversations['filter']>,
): Promise<Condition[]> {
  const scope = scopeCondition(ctx.viewer);
  const inView = view ? viewCondition(view, await viewOwnerOf(ctx)) : null;
  const teamMateIds = filter.teamIds?.length ? [...(await teamMates(ctx.db, filter.teamIds))] : null;
  return [...[scope, inView].filter((one) => one !== null), ...filterConditions(visibleFilter(ctx, { ...filter, teamMateIds }), ctx.viewer)];
}

/** Customers do not see queues, owners and tags, so they may not find them out by asking for them either. */
function visibleFilter(ctx: ConversationsContext, filter: ConversationFilter): ConversationFilter {
  if (!ctx.viewer.isCustomer) return filter;
  const { states, channelKinds, isUnread, startedAfter, startedBefore } = filter;
  return { states, channelKinds, isUnread, startedAfter, startedBefore };
}
