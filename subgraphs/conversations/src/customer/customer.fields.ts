import { maskWord } from '@careline/kit/auth';
import { fieldsOf, parsePage, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { ConversationsContext } from '../context.ts';
import { customerCells } from './customer.cells.ts';
import { displayNameOf } from './customer.facts.ts';
import { customerLoaders } from './customer.loaders.ts';
import { maskIdentity } from './customer.rules.ts';
import { reaches, readCustomer } from './customer.scope.ts';
import type { CustomerRow, IdentityRow } from './customer.store.ts';
import { selectMergesOf, type MergeRow } from './merge.store.ts';
import { readTimeline } from './read-timeline.ts';
import type { TimelineRow } from './timeline.store.ts';

type Ctx = ConversationsContext;
const loaders = (ctx: Ctx) => ctx.loaders.of(customerLoaders);
const inspects = (ctx: Ctx, row: CustomerRow) => reaches(ctx, 'customer:inspect', row);

/** Fields of Customer. What only staff sees is checked against this very customer, not just by role. */
export const customerFields = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readCustomer(ctx, id),
  displayName: (row: CustomerRow, _args: unknown, ctx: Ctx) => displayNameOf(ctx, row),
  tier: async (row: CustomerRow, _args: unknown, ctx: Ctx) => (await inspects(ctx, row) ? row.tier : null),
  region: async (row: CustomerRow, _args: unknown, ctx: Ctx) => {
    const region = customerCells.openRegion(await loaders(ctx).key.load(row.id), row);
    return region === null || ctx.viewer.readsInClear('region', row.id) ? region : maskWord(region);
  },
  identities: (row: CustomerRow, _args: unknown, ctx: Ctx) => loaders(ctx).identities.load(row.id),
  firstSeenAt: async (row: CustomerRow, _args: unknown, ctx: Ctx) => Math.min(...(await loaders(ctx).relatives.load(row.id)).map((one) => one.firstSeenAt)),
  lastSeenAt: async (row: CustomerRow, _args: unknown, ctx: Ctx) => Math.max(...(await loaders(ctx).relatives.load(row.id)).map((one) => one.lastSeenAt)),
  isOnline: (row: CustomerRow, _args: unknown, ctx: Ctx) => loaders(ctx).isOnline.load(row.id),
  attributes: async (row: CustomerRow, _args: unknown, ctx: Ctx) => (await inspects(ctx, row) ? customerCells.openAttributes(await loaders(ctx).key.load(row.id), row) : null),
  tags: async (row: CustomerRow, _args: unknown, ctx: Ctx) => (await inspects(ctx, row) ? row.tags : []),
  timeline: async (row: CustomerRow, args: PageArgs & { kinds?: string[] | null; subjectId?: string | null }, ctx: Ctx, info: GraphQLResolveInfo) => {
    if (!(await inspects(ctx, row))) return null;
    const page = parsePage(args, ['at', 'id']);
    const { rows, total } = await readTimeline(ctx, row, { kinds: args.kinds, subjectId: args.subjectId }, page, fieldsOf(info).has('totalCount'));
    return toConnection(rows, page, (entry) => ({ at: entry.happenedAt, id: entry.id }), total);
  },
  merges: async (row: CustomerRow, _args: unknown, ctx: Ctx) => (await inspects(ctx, row) ? selectMergesOf(ctx.db, await loaders(ctx).family.load(row.id)) : []),
};

export const identityFields = {
  value: async (row: IdentityRow, _args: unknown, ctx: Ctx) => {
    const value = customerCells.openIdentity(await loaders(ctx).key.load(row.customerId), row);
    const holder = await loaders(ctx).customer.load(row.customerId);
    if (value === null) return '';
    return ctx.viewer.readsInClear('identity', holder?.id ?? row.customerId) ? value : maskIdentity(row.kind, value);
  },
};

export const mergeFields = {
  survivor: (row: MergeRow, _args: unknown, ctx: Ctx) => readCustomer(ctx, row.survivorId),
  mergedNumber: async (row: MergeRow, _args: unknown, ctx: Ctx) => (await loaders(ctx).number.load(row.mergedId)),
  actor: (row: MergeRow) => ({ kind: row.actorKind, id: row.actorId }),
  at: (row: MergeRow) => row.mergedAt,
  undoableUntil: (row: MergeRow, _args: unknown, ctx: Ctx) => (row.undoneAt === null && row.undoableUntil >= ctx.clock.now() ? row.undoableUntil : null),
};

/** Fields of TimelineEntry, but for the conversation, which its own module finds. */
export const timelineFields = {
  at: (row: TimelineRow) => row.happenedAt,
  actor: (row: TimelineRow) => ({ kind: row.actorKind, id: row.actorId }),
  ticket: (row: TimelineRow) => (row.subjectId?.startsWith('tkt_') ? { __typename: 'Ticket', id: row.subjectId } : null),
};
