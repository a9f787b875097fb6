import { appError } from '@careline/kit/errors';
import { toConnection, type Connection } from '@careline/kit/graphql';
import { parseId } from '@careline/kit/db';
import { mayEditView, pageShared, readInstants, seesView, type ListSharedViews, type SavedView } from '@careline/kit/views';
import type { ConversationsContext } from '../context.ts';
import { connectedDoors } from './conversation.hooks.ts';
import { isOfOpen, INSTANTS, type GivenFilter, type ViewContent } from './filter.rules.ts';
import { OPEN, unreadCondition, type ConversationFilter } from './list-conditions.ts';
import { countList, type Listed } from './list.store.ts';
import { countTallied } from './tally.store.ts';
import { conversationViews } from './view.store.ts';
import { listedOf, wholeFilter } from './whole-filter.ts';

/** A saved view as one agent has it. */
export interface SavedConversationView {
  row: SavedView<ViewContent>;
  /** Its conditions, with the members of the teams they name. */
  filter: ConversationFilter;
}

export interface CountedSavedView extends SavedConversationView {
  count: number;
  unreadCount: number;
}

const COUNT_MAX = 10_000;

/** The caller's saved views: own ones, those of teams, those of everybody. None for who is no agent. */
export async function readSavedViews(ctx: ConversationsContext): Promise<SavedConversationView[]> {
  const { agentId, identity } = ctx.viewer;
  if (!agentId || !identity) return [];
  const rows = await conversationViews.viewsFor(ctx.db, { agentId, teamIds: identity.teamIds });
  return Promise.all(rows.map((row) => savedViewOf(ctx, row)));
}

/**
 * A saved view that is there for the caller, by its id: one of its own, or another team's that it may change. A queue that the caller may read
 * is one too, of who waits in it. Null for any other, and for who is no agent.
 */
export async function findSavedView(ctx: ConversationsContext, id: string): Promise<SavedConversationView | null> {
  if (!ctx.viewer.agentId) return null;
  if (parseId('que', id)) return viewOfQueue(ctx, id);
  const row = await conversationViews.find(ctx.db, id);
  return row && seesView(ctx.viewer, row) ? savedViewOf(ctx, row) : null;
}

async function viewOfQueue(ctx: ConversationsContext, queueId: string): Promise<SavedConversationView | null> {
  if (!ctx.viewer.covers('queue:read', { queueIds: [queueId] })) return null;
  const name = (await connectedDoors.queues.queueNames(ctx.db, [queueId])).get(queueId);
  if (name === undefined) return null;
  const content: ViewContent = { filter: { states: ['QUEUED'], queueIds: [queueId] }, orderBy: { field: 'STARTED', direction: 'ASC' } };
  return savedViewOf(ctx, { id: queueId, name, content, sharing: 'ALL', ownerAgentId: '', teamId: null, place: 0, version: 1, changedBy: null, changedAt: null });
}

/** One page of the shared views in the caller's sight with their counters, as kit's `pageShared` says. Throws FORBIDDEN for who is no agent. */
export async function listSharedViews(ctx: ConversationsContext, args: ListSharedViews, isCounted: boolean): Promise<Connection<object>> {
  ctx.viewer.require('conversation:read');
  if (!ctx.viewer.agentId) throw appError('FORBIDDEN', { internal: 'views belong to agents' });
  const { rows, page, total } = await pageShared({ viewer: ctx.viewer, db: ctx.db, store: conversationViews }, args, isCounted);
  const { edges, ...rest } = toConnection(rows, page, ({ name, id }) => ({ name, id }), total);
  const counted = await countSavedViews(ctx, await Promise.all(rest.nodes.map((row) => savedViewOf(ctx, row))));
  const nodes = counted.map((view) => showSavedView(ctx, view));
  return { ...rest, nodes, edges: edges.map(({ cursor }, place) => ({ cursor, node: nodes[place]! })) };
}

export async function savedViewOf(ctx: ConversationsContext, row: SavedView<ViewContent>): Promise<SavedConversationView> {
  return { row, filter: await wholeFilter(ctx, readInstants(row.content.filter, INSTANTS) as GivenFilter) };
}

/** Counters of saved views within the caller's scope: from the tallies all at once where they know, else along an index. */
export async function countSavedViews(ctx: ConversationsContext, views: readonly SavedConversationView[]): Promise<CountedSavedView[]> {
  const agentId = ctx.viewer.agentId ?? '';
  const asked = views.map(({ filter }) => {
    const { isUnread, ...rest } = filter;
    // What is unread among the open is known from the tallies and the agent's own marks; among the closed it is not.
    const listed = listedOf(ctx, [isUnread && isOfOpen(filter) ? rest : filter]);
    return { filter, listed, isKnown: listed.tags.length <= 1 && listed.conditions.every((one) => one.isTallied) };
  });
  const known = asked.filter(({ isKnown }) => isKnown);
  const sums = known.length > 0 ? await countTallied(ctx.db, known.map(({ listed }) => ({ conditions: listed.conditions, tag: listed.tags[0] })), agentId) : [];
  const counts = await Promise.all(asked.map((one) => (one.isKnown ? sums[known.indexOf(one)]! : lookThrough(ctx, listedOf(ctx, [one.filter])))));
  return views.map((view, place) => {
    const { count, unreadCount } = counts[place]!;
    const all = asked[place]!.isKnown && view.filter.isUnread ? unreadCount : count;
    return { ...view, count: Math.min(COUNT_MAX, all), unreadCount: Math.min(COUNT_MAX, unreadCount) };
  });
}

/** What no tally knows: days, one customer, several tags. */
async function lookThrough(ctx: ConversationsContext, listed: Listed): Promise<{ count: number; unreadCount: number }> {
  const unread = { ...listed, isOpen: true, conditions: [...listed.conditions, OPEN, unreadCondition(ctx.viewer)] };
  const [count, unreadCount] = await Promise.all([countList(ctx.db, listed), countList(ctx.db, unread)]);
  return { count, unreadCount };
}

/** A saved view as the API shows it. */
export function showSavedView(ctx: ConversationsContext, { row, count, unreadCount }: CountedSavedView) {
  const { id, name, content, sharing, teamId, version, ownerAgentId, changedBy, changedAt } = row;
  return {
    __typename: 'ConversationView', id, name, builtIn: null, filter: content.filter, orderField: content.orderBy.field, orderDirection: content.orderBy.direction,
    sharing, teamId, isEditable: parseId('viw', id) !== null && mayEditView(ctx.viewer, row), count, unreadCount, version, ownerId: ownerAgentId, changedById: changedBy, changedAt,
  };
}
