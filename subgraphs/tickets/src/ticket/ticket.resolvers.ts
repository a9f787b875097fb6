import { say } from '@careline/kit/errors';
import { fieldsOf, payload, savePayload, type PageArgs } from '@careline/kit/graphql';
import { staleView, type ListSharedViews } from '@careline/kit/views';
import type { GraphQLResolveInfo } from 'graphql';
import type { TicketsContext } from '../context.ts';
import { commentTicket, readEntry, type CommentTicket } from './comment-ticket.ts';
import type { CreatedItem } from './commit-tickets.ts';
import { createTickets, type CreateTickets } from './create-tickets.ts';
import { escalateTicket, type EscalateTicket } from './escalate-ticket.ts';
import { findDuplicates } from './find-duplicates.ts';
import type { TicketFilter } from './list.types.ts';
import { readList, type ListTickets } from './list-tickets.ts';
import { watchTickets, type TicketsEvent, type WatchTickets } from './list-stream.ts';
import { proveConversation, proveTicket } from './prove-ticket.ts';
import { readConversationClocks } from './read-conversation-clocks.ts';
import { readEntries, readFiles, readTicket, readTickets } from './read-tickets.ts';
import { readBoard } from './read-board.ts';
import { readTags } from './read-tags.ts';
import { countViews, findView, listSharedViews, readViews, showView, type TicketView } from './read-views.ts';
import { deleteView, saveView, type SaveView } from './save-view.ts';
import { searchTickets, type SearchTickets } from './search-tickets.ts';
import { closeTicket, reopenTicket, solveTicket, type SolveTicket } from './solve-ticket.ts';
import { entryResolvers, ticketClockFields } from './entry.resolvers.ts';
import { watchTicket, type TicketEvent } from './ticket-stream.ts';
import { inTreeOrder, isOffered, missingOf } from './category.rules.ts';
import { linkConversation } from './link-conversation.ts';
import type { LinkSeen } from './link.store.ts';
import { linkTickets, type LinkTickets } from './link-tickets.ts';
import { readTracking, trackingUrlOf } from './read-tracking.ts';
import { saveCategory, type SaveCategory } from './save-category.ts';
import { priorityName } from './ticket.rules.ts';
import type { OpenTicket } from './ticket.store.ts';
import type { CategoryRow } from './ticket.tables.ts';
import { updateTicket, type UpdateTicket } from './update-ticket.ts';
import { readTimelineLines } from './told-entries.ts';

type Ctx = TicketsContext;

const isCounted = (info: GraphQLResolveInfo) => fieldsOf(info).has('totalCount');

const Query = {
  ticket: (_: unknown, args: { id?: string | null; number?: string | null }, ctx: Ctx) => readTicket(ctx, args),
  tickets: (_: unknown, args: ListTickets, ctx: Ctx, info: GraphQLResolveInfo) => readList(ctx, args, isCounted(info)),
  ticketBoard: (_: unknown, args: Parameters<typeof readBoard>[1], ctx: Ctx) => readBoard(ctx, args),
  ticketViews: async (_: unknown, _args: unknown, ctx: Ctx) => (await countViews(ctx, await readViews(ctx))).map((view) => showView(ctx, view)),
  sharedTicketViews: (_: unknown, args: ListSharedViews, ctx: Ctx, info: GraphQLResolveInfo) => listSharedViews(ctx, args, isCounted(info)),
  ticketTags: (_: unknown, args: Parameters<typeof readTags>[1], ctx: Ctx, info: GraphQLResolveInfo) => readTags(ctx, args, isCounted(info)),
  ticketTimeline: (_: unknown, input: { customerId: string; afterId?: string | null }, ctx: Ctx) => readTimelineLines(ctx, input),
  searchTickets: (_: unknown, args: SearchTickets, ctx: Ctx) => searchTickets(ctx, args),
  slaProof: (_: unknown, { ticketId }: { ticketId: string }, ctx: Ctx) => proveTicket(ctx, ticketId),
  duplicateTickets: (_: unknown, args: { customerId: string; text: string }, ctx: Ctx) => findDuplicates(ctx, args),
  async categories(_: unknown, { includeRetired }: { includeRetired?: boolean | null }, ctx: Ctx) {
    const categories = await ctx.loaders.categories();
    return inTreeOrder(categories).filter((category) => includeRetired || isOffered(categories, category));
  },
  ticketTracking: (_: unknown, { token }: { token: string }, ctx: Ctx) => readTracking(ctx, token),
};

const Mutation = {
  createTickets: (_: unknown, { input }: { input: CreateTickets }, ctx: Ctx) => payload(ctx, async () => {
    const items = await createTickets(ctx, input);
    return { results: items.map((item, index) => ({ ...item, index })), createdCount: items.filter((item) => item.ticketId).length };
  }),
  updateTicket: (_: unknown, { input }: { input: UpdateTicket }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await updateTicket(ctx, input))),
  commentTicket: (_: unknown, { input }: { input: CommentTicket }, ctx: Ctx) => payload(ctx, async () => {
    const stored = await commentTicket(ctx, input);
    return { ...(await changed(ctx, stored.ticketId)), entry: await readEntry(ctx, stored) };
  }),
  solveTicket: (_: unknown, { input }: { input: SolveTicket }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await solveTicket(ctx, input))),
  closeTicket: (_: unknown, { input }: { input: { ticketId: string } }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await closeTicket(ctx, input.ticketId))),
  reopenTicket: (_: unknown, { input }: { input: { ticketId: string; reason: string } }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await reopenTicket(ctx, input))),
  linkTickets: (_: unknown, { input }: { input: LinkTickets }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await linkTickets(ctx, input))),
  linkConversation: (_: unknown, { input }: { input: { ticketId: string; conversationId: string } }, ctx: Ctx) => payload(ctx, async () => changed(ctx, await linkConversation(ctx, input))),
  saveCategory: (_: unknown, { input }: { input: SaveCategory }, ctx: Ctx) => savePayload(ctx, input, (on) => saveCategory(on, input), (category) => ({ category })),
  escalateTicket: (_: unknown, { input }: { input: EscalateTicket }, ctx: Ctx) => payload(ctx, async () => {
    const escalationId = await escalateTicket(ctx, input);
    const steps = await ctx.loaders.stepsOfTicket.load(input.ticketId);
    return { ...(await changed(ctx, input.ticketId)), escalation: steps.find(({ id }) => id === escalationId) };
  }),
  saveTicketView: (_: unknown, { input }: { input: SaveView }, ctx: Ctx) => payload(ctx, () => savedView(ctx, input)),
  deleteTicketView: (_: unknown, { input }: { input: { viewId: string } }, ctx: Ctx) => payload(ctx, async () => ({ viewId: await deleteView(ctx, input.viewId) })),
};

async function savedView(ctx: Ctx, input: SaveView) {
  const { view, isStale } = await saveView(ctx, input);
  const shown = await shownView(ctx, view);
  if (isStale) throw staleView(shown);
  return shown;
}

async function shownView(ctx: Ctx, view: TicketView) {
  const [counted] = await countViews(ctx, [view]);
  return { view: showView(ctx, counted!) };
}

const changed = async (ctx: Ctx, ticketId: string) => ({ ticket: await ctx.loaders.ticket.load(ticketId) });

const Subscription = {
  ticketChanged: {
    subscribe: (_: unknown, { ticketId, afterSeq }: { ticketId: string; afterSeq: number }, ctx: Ctx) => watchTicket(ctx, ticketId, afterSeq),
    resolve: (event: TicketEvent) => event,
  },
  ticketsChanged: {
    subscribe: (_: unknown, args: WatchTickets, ctx: Ctx) => watchTickets(ctx, args),
    resolve: (event: TicketsEvent) => event,
  },
};

const CreateTicketResult = {
  ticket: ({ ticketId }: CreatedItem, _: unknown, ctx: Ctx) => (ticketId ? ctx.loaders.ticket.load(ticketId) : null),
  userErrors: ({ problems }: CreatedItem, _: unknown, ctx: Ctx) => problems.map(({ code, field, words }) => ({ code, field, message: say(words, ctx.locale) })),
};

const Ticket = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => (ctx.viewer.scopeOf('ticket:read') ? readTicket(ctx, { id }) : null),
  number: (row: OpenTicket) => String(row.number),
  priority: (row: OpenTicket) => priorityName(row.priority),
  category: async (row: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.categories()).find((category) => category.id === row.categoryId),
  customer: (row: OpenTicket) => (row.customerId ? { __typename: 'Customer', id: row.customerId } : null),
  agent: (row: OpenTicket) => (row.agentId ? { __typename: 'Agent', id: row.agentId } : null),
  conversations: async (row: OpenTicket, _: unknown, ctx: Ctx) =>
    (await ctx.loaders.conversationsOfTicket.load(row.id)).map((id) => ({ __typename: 'Conversation', id })),
  team: (row: OpenTicket) => (row.teamId ? { __typename: 'Team', id: row.teamId } : null),
  mergedInto: (row: OpenTicket, _: unknown, ctx: Ctx) => (row.mergedIntoId ? readTicket(ctx, { id: row.mergedIntoId }) : null),
  tags: (row: OpenTicket) => row.tags ?? [],
  missingFields: async (row: OpenTicket, _: unknown, ctx: Ctx) =>
    (row.customerId ? missingOf((await ctx.loaders.categories()).find((category) => category.id === row.categoryId), row.fields) : []),
  followers: async (row: OpenTicket, _: unknown, ctx: Ctx) => (await ctx.loaders.followersOfTicket.load(row.id)).map((id) => ({ __typename: 'Agent', id })),
  parent: (row: OpenTicket, _: unknown, ctx: Ctx) => (row.parentId ? readTicket(ctx, { id: row.parentId }) : null),
  children: (row: OpenTicket, args: PageArgs, ctx: Ctx, info: GraphQLResolveInfo) =>
    readTickets(ctx, { args, filter: null, parentId: row.id, order: 'OPEN_FIRST', isCounted: isCounted(info) }),
  links: (row: OpenTicket, _: unknown, ctx: Ctx) => ctx.loaders.linksOfTicket.load(row.id),
  trackingUrl: (row: OpenTicket, _: unknown, ctx: Ctx) => trackingUrlOf(ctx, row),
  entries: (row: OpenTicket, args: PageArgs & { afterSeq?: number | null; onlyComments?: boolean | null }, ctx: Ctx, info: GraphQLResolveInfo) =>
    readEntries(ctx, { ticketId: row.id, afterSeq: args.afterSeq ?? 0, onlyComments: args.onlyComments ?? false, args, isCounted: isCounted(info) }),
  attachments: (row: OpenTicket, args: PageArgs, ctx: Ctx) => readFiles(ctx, row.id, args),
};

const TicketLink = {
  ticket: ({ otherId }: LinkSeen, _: unknown, ctx: Ctx) => readTicket(ctx, { id: otherId }),
};

const TicketView = {
  async __resolveReference({ id }: { id: string }, ctx: Ctx) {
    const view = ctx.viewer.scopeOf('ticket:read') ? await findView(ctx, id) : null;
    return view ? (await shownView(ctx, view)).view : null;
  },
};

const Category = {
  fieldsSchema: (row: CategoryRow) => (row.fieldsSchema ? (JSON.parse(row.fieldsSchema) as object) : {}),
  requiredFields: (row: CategoryRow) => row.requiredFields ?? [],
  isRetired: (row: CategoryRow) => row.isRetired === 1,
  parent: async (row: CategoryRow, _: unknown, ctx: Ctx) =>
    (row.parentId ? (await ctx.loaders.categories()).find((category) => category.id === row.parentId) : null),
};

const Customer = {
  __resolveReference: ({ id }: { id: string }) => ({ id }),
  tickets: ({ id }: { id: string }, args: PageArgs & { filter?: TicketFilter | null }, ctx: Ctx, info: GraphQLResolveInfo) =>
    readTickets(ctx, { args, filter: { ...args.filter, customerId: id }, order: 'OPEN_FIRST', isCounted: isCounted(info) }),
};

const Conversation = {
  __resolveReference: ({ id }: { id: string }) => ({ id }),
  tickets: ({ id }: { id: string }, args: PageArgs, ctx: Ctx, info: GraphQLResolveInfo) =>
    readTickets(ctx, { args, filter: null, conversationId: id, order: 'OPEN_FIRST', isCounted: isCounted(info) }),
  clocks: ({ id }: { id: string }, _: unknown, ctx: Ctx) => readConversationClocks(ctx, id),
  slaProof: ({ id }: { id: string }, _: unknown, ctx: Ctx) => proveConversation(ctx, id),
};

export const ticketResolvers = { Query, Mutation, Subscription, CreateTicketResult, Ticket: { ...Ticket, ...ticketClockFields }, ...entryResolvers, TicketLink, TicketView, Category, Customer, Conversation };
