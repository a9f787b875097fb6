import { say } from '@careline/kit/errors';
import { fieldsOf, payload, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { TicketsContext } from '../context.ts';
import { createTickets, type CreatedItem, type CreateTickets } from './create-tickets.ts';
import type { TicketFilter, TicketOrder } from './list-tickets.store.ts';
import { readEntries, readFiles, readTicket, readTickets } from './read-tickets.ts';
import { inTreeOrder, priorityName } from './ticket.rules.ts';
import type { OpenTicket } from './ticket.store.ts';
import type { CategoryRow, EntryRow } from './ticket.tables.ts';

type Ctx = TicketsContext;

const isCounted = (info: GraphQLResolveInfo) => fieldsOf(info).has('totalCount');

const Query = {
  ticket: (_: unknown, args: { id?: string | null; number?: string | null }, ctx: Ctx) => readTicket(ctx, args),
  tickets(_: unknown, args: PageArgs & { filter?: TicketFilter | null; orderBy?: TicketOrder | null }, ctx: Ctx, info: GraphQLResolveInfo) {
    return readTickets(ctx, { args, filter: args.filter, order: args.orderBy ?? 'MOST_URGENT_FIRST', isCounted: isCounted(info) });
  },
  async categories(_: unknown, { includeRetired }: { includeRetired?: boolean | null }, ctx: Ctx) {
    return inTreeOrder(await ctx.loaders.categories()).filter((category) => includeRetired || !category.isRetired);
  },
};

const Mutation = {
  createTickets: (_: unknown, { input }: { input: CreateTickets }, ctx: Ctx) => payload(ctx, async () => {
    const items = await createTickets(ctx, input);
    return { results: items.map((item, index) => ({ ...item, index })), createdCount: items.filter((item) => item.ticketId).length };
  }),
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
  entries: (row: OpenTicket, args: PageArgs & { afterSeq?: number | null }, ctx: Ctx, info: GraphQLResolveInfo) =>
    readEntries(ctx, { ticketId: row.id, afterSeq: args.afterSeq ?? 0, args, isCounted: isCounted(info) }),
  attachments: (row: OpenTicket, args: PageArgs, ctx: Ctx) => readFiles(ctx, row.id, args),
};

const TicketEntry = {
  actor: ({ actorKind: kind, actorId }: EntryRow) => ({
    kind,
    agent: kind === 'AGENT' && actorId ? { __typename: 'Agent', id: actorId } : null,
    customer: kind === 'CUSTOMER' && actorId ? { __typename: 'Customer', id: actorId } : null,
    ruleId: kind === 'SYSTEM' || kind === 'API' ? actorId : null,
  }),
};

const Category = {
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
};

export const ticketResolvers = { Query, Mutation, CreateTicketResult, Ticket, TicketEntry, Category, Customer, Conversation };
