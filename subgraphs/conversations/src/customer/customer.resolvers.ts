import { Viewer, type Identity } from '@careline/kit/auth';
import { fieldsOf, parsePage, payload, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { ConversationsContext, NodeReader } from '../context.ts';
import { createCustomer, type CreateCustomer } from './create-customer.ts';
import { customerFields, identityFields, mergeFields, timelineFields } from './customer.fields.ts';
import { customerLoaders } from './customer.loaders.ts';
import { readCustomer } from './customer.scope.ts';
import { findCustomer } from './find-customer.ts';
import { identifyCustomer } from './identify-customer.ts';
import { listCustomers, type CustomerFilter } from './list-customers.ts';
import { mergeCustomers, undoMerge, type MergeCustomers } from './merge-customers.ts';
import { revealCustomer } from './reveal-customer.ts';
import { searchCustomers, type SearchCustomers } from './search-customers.ts';
import { startVisit, type StartVisit } from './start-visit.ts';
import { updateCustomer, type UpdateCustomer } from './update-customer.ts';

type Ctx = ConversationsContext;
interface Input<T> {
  input: T;
}
interface ListArgs extends PageArgs {
  filter?: CustomerFilter | null;
  orderBy?: { field: 'LAST_SEEN' | 'FIRST_SEEN'; direction: 'ASC' | 'DESC' } | null;
}

export const customerNodes: Record<string, NodeReader> = {
  cus: async (ctx, id) => {
    const row = await readCustomer(ctx, id);
    return row && { __typename: 'Customer', ...row };
  },
};

/** What the caller proved holds for the rest of the operation, or the payload would hide the caller's own customer. */
function becomes<T extends { identity: Identity }>(ctx: Ctx, proved: T): T {
  ctx.viewer = new Viewer(proved.identity);
  ctx.loaders.forget();
  return proved;
}

export const customerResolvers: Record<string, Record<string, unknown>> = {
  Query: {
    customer: (_: unknown, { id }: { id: string }, ctx: Ctx) => readCustomer(ctx, id),
    customers: async (_: unknown, args: ListArgs, ctx: Ctx, info: GraphQLResolveInfo) => {
      const { field, direction } = args.orderBy ?? { field: 'LAST_SEEN', direction: 'DESC' };
      const page = { ...parsePage(args, ['at', 'id']), field, isDescending: direction === 'DESC' };
      const { rows, total } = await listCustomers(ctx, args.filter ?? {}, page, fieldsOf(info).has('totalCount'));
      return toConnection(rows, page, (row) => ({ at: field === 'LAST_SEEN' ? row.lastSeenAt : row.firstSeenAt, id: row.id }), total);
    },
    searchCustomers: async (_: unknown, args: SearchCustomers, ctx: Ctx) => {
      const { edges, nodes, ...rest } = await searchCustomers(ctx, args);
      return { ...rest, edges: edges.map(({ cursor, node }) => ({ cursor, node: node.customer })), nodes: nodes.map((node) => node.customer) };
    },
    findCustomer: (_: unknown, { lookup }: { lookup: string }, ctx: Ctx) => findCustomer(ctx, lookup),
  },
  Mutation: {
    startVisit: (_: unknown, { input }: Input<StartVisit>, ctx: Ctx) => payload(ctx, async () => becomes(ctx, await startVisit(ctx, input))),
    identifyCustomer: (_: unknown, { input }: Input<{ token: string }>, ctx: Ctx) => payload(ctx, async () => becomes(ctx, await identifyCustomer(ctx, input))),
    createCustomer: (_: unknown, { input }: Input<CreateCustomer>, ctx: Ctx) => payload(ctx, async () => ({ customer: await createCustomer(ctx, input) })),
    updateCustomer: (_: unknown, { input }: Input<UpdateCustomer>, ctx: Ctx) => payload(ctx, async () => ({ customer: await updateCustomer(ctx, input) })),
    mergeCustomers: (_: unknown, { input }: Input<MergeCustomers>, ctx: Ctx) => payload(ctx, () => mergeCustomers(ctx, input)),
    undoMerge: (_: unknown, { input }: Input<{ mergeId: string }>, ctx: Ctx) => payload(ctx, async () => ({ customers: await undoMerge(ctx, input) })),
    revealCustomer: (_: unknown, { input }: Input<{ customerId: string; fields: string[]; reason: string }>, ctx: Ctx) => payload(ctx, () => revealCustomer(ctx, input)),
  },
  Customer: customerFields,
  Identity: identityFields,
  CustomerMerge: mergeFields,
  TimelineEntry: timelineFields,
  Actor: {
    customer: (actor: { kind: string; id?: string | null }, _args: unknown, ctx: Ctx) =>
      (actor.kind === 'CUSTOMER' && actor.id ? ctx.loaders.of(customerLoaders).customer.load(actor.id) : null),
  },
};
