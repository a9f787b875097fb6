import { appError, refuse } from '@careline/kit/errors';
import { toConnection, type Connection } from '@careline/kit/graphql';
import { mayEditView, pageShared, readInstants, seesView, type ListSharedViews, type SavedView } from '@careline/kit/views';
import type { TicketsContext } from '../context.ts';
import { reachOf } from '../reach.rules.ts';
import { countTickets } from './list-tickets.store.ts';
import type { TicketFilter, TicketOrder, TicketsWhere } from './list.types.ts';
import { joinFilters, type JoinedFilter } from './filter.rules.ts';
import { ticketsWhere, wholeFilter } from './read-tickets.ts';
import { isTallied, sumTallies, type TicketCount } from './tally.store.ts';
import { builtInId, builtInName, builtInViews, INSTANTS, type BuiltInTicketView, type ViewContent, type ViewOwner } from './view.rules.ts';
import { ticketViews } from './view.store.ts';

const COUNT_MAX = 10_000;
const DUE_FIRST: TicketOrder = { field: 'DUE', direction: 'ASC' };

/** A view as one agent has it. */
export interface TicketView {
  id: string;
  builtIn: BuiltInTicketView | null;
  /** Null for built-in ones: those are named in the reader's language. */
  row: SavedView<ViewContent> | null;
  /** Categories with those below them. */
  filter: TicketFilter;
  order: TicketOrder;
}

export type CountedView = TicketView & TicketCount;

/** Whose views the caller has; null for who is no agent: such have none. */
export function viewOwnerOf({ viewer }: TicketsContext): ViewOwner | null {
  return viewer.agentId ? { agentId: viewer.agentId, teamIds: viewer.identity!.teamIds } : null;
}

/** The caller's views: built-in ones first, then one's own, those of teams, those of everybody. */
export async function readViews(ctx: TicketsContext): Promise<TicketView[]> {
  const owner = viewOwnerOf(ctx);
  if (!owner) return [];
  const saved = await ticketViews.viewsFor(ctx.db, owner);
  return [...builtInOf(owner), ...await Promise.all(saved.map((row) => viewOf(ctx, row)))];
}

const builtInOf = (owner: ViewOwner) => builtInViews(owner).map(({ view, filter }): TicketView => ({ id: builtInId(view), builtIn: view, row: null, filter, order: DUE_FIRST }));

/** A view that is there for the caller, by its id: one of its own, or another team's that it may change. Null for any other. */
export async function findView(ctx: TicketsContext, id: string): Promise<TicketView | null> {
  const owner = viewOwnerOf(ctx);
  if (!owner) return null;
  const builtIn = builtInOf(owner).find((view) => view.id === id);
  if (builtIn) return builtIn;
  const row = await ticketViews.find(ctx.db, id);
  return row && seesView(ctx.viewer, row) ? viewOf(ctx, row) : null;
}

/** One page of the shared views in the caller's sight with their counters, as kit's `pageShared` says. Throws FORBIDDEN for who is no agent. */
export async function listSharedViews(ctx: TicketsContext, args: ListSharedViews, isCounted: boolean): Promise<Connection<object>> {
  ctx.viewer.require('ticket:read');
  if (!viewOwnerOf(ctx)) throw appError('FORBIDDEN', { internal: 'views belong to agents' });
  const { rows, page, total } = await pageShared({ viewer: ctx.viewer, db: ctx.db, store: ticketViews }, args, isCounted);
  const { edges, ...rest } = toConnection(rows, page, ({ name, id }) => ({ name, id }), total);
  const counted = await countViews(ctx, await Promise.all(rest.nodes.map((row) => viewOf(ctx, row))));
  const nodes = counted.map((view) => showView(ctx, view));
  return { ...rest, nodes, edges: edges.map(({ cursor }, place) => ({ cursor, node: nodes[place]! })) };
}

export async function viewOf(ctx: TicketsContext, row: SavedView<ViewContent>): Promise<TicketView> {
  return { id: row.id, builtIn: null, row, filter: await wholeFilter(ctx, readInstants(row.content.filter, INSTANTS) as TicketFilter), order: row.content.orderBy };
}

const NO_VIEW = { zh: '视图不存在，或已不再与您共享。', en: 'There is no such view, or it is not shared with you any more.' };

/** What a list shows: view and filter joined, null when nothing can match both; and the order of the view. Throws what `missing` makes for a view the caller does not have. */
export async function joinedList(
  ctx: TicketsContext, viewId: string | null | undefined, given: TicketFilter | null | undefined, missing: () => Error = () => appError('BAD_USER_INPUT', { words: NO_VIEW }),
): Promise<{ joined: JoinedFilter; order: TicketOrder }> {
  const filter = await wholeFilter(ctx, given ?? {});
  if (viewId == null) return { joined: { filter, also: null }, order: DUE_FIRST };
  const view = await findView(ctx, viewId);
  if (!view) throw missing();
  return { joined: joinFilters(view.filter, filter), order: view.order };
}

/** Which tickets a view and further conditions mean for a verb within the caller's scope of `permission`; null: they contradict each other. Refuses NOT_FOUND for a view the caller does not have. */
export async function meantBy(ctx: TicketsContext, { viewId, filter }: { viewId?: string | null | undefined; filter?: TicketFilter | null | undefined }, permission: string): Promise<TicketsWhere | null> {
  const { joined } = await joinedList(ctx, viewId, filter, () => refuse('NOT_FOUND', 'viewId', NO_VIEW));
  return joined && { ...await ticketsWhere(ctx, joined.filter, { permission }), also: joined.also };
}

/** Counters of views within the caller's scope, all that are tallied at once. */
export async function countViews(ctx: TicketsContext, views: readonly TicketView[]): Promise<CountedView[]> {
  const scope = reachOf(ctx.viewer, 'ticket:read');
  const wheres = views.map(({ filter }): TicketsWhere => ({ filter, scope, conversationId: null, parentId: null, now: ctx.clock.now() }));
  const tallied = wheres.filter(isTallied);
  const sums = tallied.length > 0 ? await sumTallies(ctx.db, tallied) : [];
  const counts = await Promise.all(wheres.map((where) => (isTallied(where) ? sums[tallied.indexOf(where)]! : lookThrough(ctx, where))));
  return views.map((view, place) => ({ ...view, count: Math.min(COUNT_MAX, counts[place]!.count), missed: Math.min(COUNT_MAX, counts[place]!.missed) }));
}

/** What depends on the time or on few tickets is counted along its index. */
async function lookThrough(ctx: TicketsContext, where: TicketsWhere): Promise<TicketCount> {
  const missed = joinFilters(where.filter, { clockStates: ['BREACHED'] });
  const [count, ofThemMissed] = await Promise.all([countTickets(ctx.db, where), missed ? countTickets(ctx.db, { ...where, ...missed }) : 0]);
  return { count, missed: ofThemMissed };
}

const agentOf = (id: string | null) => (id ? { __typename: 'Agent', id } : null);

/** A view as the API shows it. */
export function showView(ctx: TicketsContext, { id, builtIn, row, order, count, missed }: CountedView) {
  return {
    __typename: 'TicketView', id, name: row?.name ?? builtInName(builtIn!, ctx.locale), builtIn, filter: row?.content.filter ?? null, orderField: order.field, orderDirection: order.direction,
    columns: row?.content.columns ?? [], sharing: row?.sharing ?? 'ME', team: row?.teamId ? { __typename: 'Team', id: row.teamId } : null,
    isEditable: row !== null && mayEditView(ctx.viewer, row), count, breachedCount: missed, version: row?.version ?? 1,
    owner: row && agentOf(row.ownerAgentId), changedBy: row && agentOf(row.changedBy), changedAt: row?.changedAt ?? null,
  };
}
