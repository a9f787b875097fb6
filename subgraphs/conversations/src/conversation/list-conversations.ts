import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { cleanTags, TAGS_MAX } from '../input.rules.ts';
import { NO_DUE } from './due.rules.ts';
import { filterConditions, NOTHING, scopeCondition, viewCondition, type ConversationFilter } from './list-conditions.ts';
import { chooseWays, type Narrowed, type Way } from './list-ways.ts';
import { countList, selectList, type Listed, type ListPage } from './list.store.ts';
import { teamMates } from './people.ts';
import { viewOwnerOf } from './read-views.ts';
import { viewOfId, type BuiltInView, type ViewOwner } from './view.rules.ts';
import type { ConversationRow, ConversationState } from './conversation.types.ts';

export interface ConversationOrder {
  field: 'LAST_MESSAGE' | 'STARTED' | 'DUE';
  direction: 'ASC' | 'DESC';
}

export interface ListConversations extends PageArgs {
  viewId?: string | null;
  filter?: (ConversationFilter & { teamIds?: readonly string[] | null }) | null;
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
  if (args.viewId != null && !view) throw appError('BAD_USER_INPUT', { words: { zh: '视图不存在。', en: 'There is no such view.' } });
  const order = args.orderBy ?? (view === 'UNASSIGNED' ? LONGEST_WAIT_FIRST : NEWEST_FIRST);
  const page = parsePage(args, ['at', 'id']);
  const column = COLUMN_OF[order.field];
  const { listed, ways } = await narrow(ctx, view, args.filter ?? {}, column);
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
  ctx: ConversationsContext, view: BuiltInView | null, given: NonNullable<ListConversations['filter']>, column: ListPage['column'],
): Promise<{ listed: Listed; ways: readonly Way[] }> {
  const owner = view ? await viewOwnerOf(ctx) : null;
  const filter = await wholeFilter(ctx, given);
  return { listed: listedOf(ctx, view, owner, filter), ways: chooseWays(narrowed(ctx, view, owner, filter), column, ctx.clock.now()) };
}

/** What a filter lists within the caller's scope, in whatever order. Throws BAD_USER_INPUT for too many tags. */
export async function readListed(ctx: ConversationsContext, given: NonNullable<ListConversations['filter']>): Promise<Listed> {
  return listedOf(ctx, null, null, await wholeFilter(ctx, given));
}

async function wholeFilter(ctx: ConversationsContext, given: NonNullable<ListConversations['filter']>): Promise<ConversationFilter> {
  const teamMateIds = given.teamIds?.length ? [...(await teamMates(ctx.db, given.teamIds))] : null;
  return visibleFilter(ctx, { ...given, teamMateIds });
}

function listedOf(ctx: ConversationsContext, view: BuiltInView | null, owner: ViewOwner | null, filter: ConversationFilter): Listed {
  const scope = scopeCondition(ctx.viewer);
  const tags = cleanTags(filter.tags ?? []);
  // Each tag is a look of its own into the index of tags.
  if (tags.length > TAGS_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `一次最多按 ${TAGS_MAX} 个标签筛选。`, en: `Filter by at most ${TAGS_MAX} tags at once.` } });
  const ofNoTag = filter.tags?.length && tags.length === 0 ? NOTHING : null;
  const conditions = [scope, ofNoTag, view && viewCondition(view, owner!), ...filterConditions(filter, ctx.viewer)].filter((one) => one !== null);
  return { conditions, tags };
}

/** What view, filter and scope say about the columns that lists have indexes for. */
function narrowed(ctx: ConversationsContext, view: BuiltInView | null, owner: ViewOwner | null, filter: ConversationFilter): Narrowed {
  const { viewer } = ctx;
  const given = <T>(list: readonly T[] | null | undefined) => (list?.length ? list : null);
  const ofView: Partial<Record<BuiltInView, Partial<Narrowed>>> = owner ? {
    MINE: { states: ['ACTIVE'], agentIds: [owner.agentId] }, SNOOZED: { states: ['ACTIVE'], agentIds: [owner.agentId] }, TEAM: { states: ['ACTIVE'], agentIds: [...owner.teamMateIds] },
    UNASSIGNED: { states: ['QUEUED'], queueIds: owner.queueIds },
  } : {};
  const unassigned: readonly ConversationState[] | null = filter.isUnassigned ? ['BOT', 'QUEUED'] : null;
  return {
    states: given(filter.states) ?? unassigned, priorities: given(filter.priorities), queueIds: given(filter.queueIds),
    agentIds: given(filter.agentIds) ?? filter.teamMateIds ?? null,
    startedAfter: filter.startedAfter ?? null, startedBefore: filter.startedBefore ?? null,
    isOfOneCustomer: viewer.isCustomer || filter.customerId != null || view === 'MENTIONED',
    reach: viewer.scopeOf('conversation:read') === 'ALL' ? null : { agentId: viewer.agentId, queueIds: viewer.scopeOf('conversation:read') === 'TEAM' ? viewer.identity!.queueIds : [] },
    ...(view ? ofView[view] : {}),
  };
}

/** Customers do not see queues, owners and tags, so they may not find them out by asking for them either. */
function visibleFilter(ctx: ConversationsContext, filter: ConversationFilter): ConversationFilter {
  if (!ctx.viewer.isCustomer) return filter;
  const { states, channelKinds, isUnread, startedAfter, startedBefore } = filter;
  return { states, channelKinds, isUnread, startedAfter, startedBefore };
}
