import { fieldsOf, parsePage, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { agentLoaders } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { customerLoaders } from '../customer/index.ts';
import { ownerOf } from './change-owner.ts';
import { conversationLoaders, scheduledLoaders } from './conversation.loaders.ts';
import { canRead, lastSeqFor, seesInternal } from './conversation.rules.ts';
import { isDueAtRisk } from './due.rules.ts';
import type { DraftRow } from './draft.store.ts';
import { listConversations, type ListConversations } from './list-conversations.ts';
import { subjectPlace } from './message-content.ts';
import { selectMessages } from './message.store.ts';
import { commentPlace } from './rate-conversation.ts';
import type { RatingRow } from './rating.store.ts';
import { draftPlace } from './save-draft.ts';
import { selectOpenConversation } from './conversation.store.ts';
import type { ConversationRow } from './conversation.types.ts';

type Ctx = ConversationsContext;
const loaders = (ctx: Ctx) => ctx.loaders.of(conversationLoaders);

async function openCell(ctx: Ctx, ownerId: string, place: string, cell: Buffer | null): Promise<string | null> {
  if (!cell) return null;
  return (await ctx.loaders.of(customerLoaders).key.load(ownerId))?.open(place, cell) ?? null;
}

/** A conversation the caller may read, through the loader; null otherwise. */
export async function readConversation(ctx: Ctx, id: string): Promise<ConversationRow | null> {
  const row = await loaders(ctx).conversation.load(id);
  return row && canRead(ctx.viewer, row) ? row : null;
}

/** The subject in clear; null when there is none, or its key is gone. */
export const openSubject = (ctx: Ctx, row: ConversationRow): Promise<string | null> => openCell(ctx, row.keyOwnerId, subjectPlace(row.id), row.subject);

async function messages(row: ConversationRow, args: PageArgs & { afterSeq?: number | null }, ctx: Ctx) {
  const page = parsePage(args, ['seq']);
  const isPublicOnly = !seesInternal(ctx.viewer, row);
  const cursor = page.cursor ? Number(page.cursor.seq) : null;
  const after = Math.max(args.afterSeq ?? 0, page.isBackward ? 0 : (cursor ?? 0));
  const rows = await selectMessages(ctx.db, {
    conversationId: row.id, afterSeq: after, beforeSeq: page.isBackward && cursor !== null ? cursor : undefined, isPublicOnly, limit: page.limit + 1, isBackward: page.isBackward,
  });
  return toConnection(page.isBackward ? rows.reverse() : rows, page, (message) => ({ seq: message.seq }));
}

/** Numbers of lines a reader does not see stay hidden: marks of colleagues end at the last public one. */
async function readMarks(row: ConversationRow, _args: unknown, ctx: Ctx) {
  const last = lastSeqFor(ctx.viewer, row);
  const marks = await loaders(ctx).marks.load(row.id);
  return marks.filter((mark) => mark.seq > 0).map((mark) => ({ actor: { kind: mark.actorKind, id: mark.actorId }, seq: Math.min(mark.seq, last), at: mark.at }));
}

async function agents(ctx: Ctx, ids: readonly string[]) {
  return (await ctx.loaders.of(agentLoaders).agent.loadMany(ids)).filter((agent) => agent !== null && !(agent instanceof Error));
}

const listOf = (filterOf: (parent: { id: string }) => ListConversations['filter']) =>
  (parent: { id: string }, args: ListConversations, ctx: Ctx, info: GraphQLResolveInfo) =>
    listConversations(ctx, { ...args, filter: { ...args.filter, ...filterOf(parent) } }, fieldsOf(info).has('totalCount'));

export const conversationFields = {
  Conversation: {
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readConversation(ctx, id),
    subject: (row: ConversationRow, _args: unknown, ctx: Ctx) => openSubject(ctx, row),
    customer: (row: ConversationRow, _args: unknown, ctx: Ctx) => ctx.loaders.of(customerLoaders).customer.load(row.customerId),
    agent: (row: ConversationRow, _args: unknown, ctx: Ctx) => {
      const agentId = ownerOf(row);
      return agentId ? ctx.loaders.of(agentLoaders).agent.load(agentId) : null;
    },
    agentName: async (row: ConversationRow, _args: unknown, ctx: Ctx) => {
      const agentId = ownerOf(row);
      const agent = agentId ? await ctx.loaders.of(agentLoaders).agent.load(agentId) : null;
      return agent ? (agent.publicName ?? agent.displayName) : null;
    },
    lastSeq: (row: ConversationRow, _args: unknown, ctx: Ctx) => lastSeqFor(ctx.viewer, row),
    lastMessage: (row: ConversationRow, _args: unknown, ctx: Ctx) => {
      const seq = lastSeqFor(ctx.viewer, row);
      return seq === 0 ? null : loaders(ctx).message.load({ conversationId: row.id, seq });
    },
    lastSaid: async (row: ConversationRow, _args: unknown, ctx: Ctx) => {
      // Mostly the last line of all is what was said last, and it is on its way already.
      const isLast = row.lastTextSeq === row.lastSeq && row.lastPublicSeq === row.lastSeq && row.lastSeq > 0;
      const seq = isLast ? row.lastSeq : await loaders(ctx).saidSeq.load(row.id);
      return seq === null ? null : loaders(ctx).message.load({ conversationId: row.id, seq });
    },
    messages, readMarks,
    unreadCount: (row: ConversationRow, _args: unknown, ctx: Ctx) =>
      loaders(ctx).unread.load({ conversationId: row.id, lastSeq: row.lastSeq, isPublicOnly: !seesInternal(ctx.viewer, row) }),
    draft: (row: ConversationRow, _args: unknown, ctx: Ctx) => loaders(ctx).draft.load(row.id),
    scheduledMessages: (row: ConversationRow, _args: unknown, ctx: Ctx) => (seesInternal(ctx.viewer, row) ? ctx.loaders.of(scheduledLoaders).waiting.load(row.id) : []),
    due: ({ due }: ConversationRow, _args: unknown, ctx: Ctx) => due && { ...due, isAtRisk: isDueAtRisk(due, ctx.clock.now()) },
    snoozedUntil: async (row: ConversationRow, _args: unknown, ctx: Ctx) => loaders(ctx).snooze.load(row.id),
    followers: async (row: ConversationRow, _args: unknown, ctx: Ctx) => agents(ctx, await loaders(ctx).followers.load(row.id)),
    rating: (row: ConversationRow, _args: unknown, ctx: Ctx) => loaders(ctx).rating.load(row.id),
  },
  Draft: {
    text: async (draft: DraftRow, _args: unknown, ctx: Ctx) => {
      const conversation = await loaders(ctx).conversation.load(draft.conversationId);
      return (await openCell(ctx, conversation!.keyOwnerId, draftPlace(draft), draft.content)) ?? '';
    },
  },
  Rating: {
    comment: async (rating: RatingRow, _args: unknown, ctx: Ctx) => {
      const conversation = await loaders(ctx).conversation.load(rating.conversationId);
      return openCell(ctx, conversation!.keyOwnerId, commentPlace(rating.conversationId), rating.comment);
    },
  },
  Agent: {
    load: (agent: { id: string }, _args: unknown, ctx: Ctx) => loaders(ctx).load.load(agent.id),
    conversations: listOf((agent) => ({ agentIds: [agent.id], states: ['ACTIVE'] })),
  },
  Customer: {
    conversations: listOf((customer) => ({ customerId: customer.id })),
  },
  TimelineEntry: {
    conversation: (entry: { subjectId: string | null }, _args: unknown, ctx: Ctx) =>
      (entry.subjectId?.startsWith('cnv_') ? readConversation(ctx, entry.subjectId) : null),
  },
  StartVisitPayload: {
    openConversation: ({ customer }: { customer?: { id: string } | null }, _args: unknown, ctx: Ctx) =>
      (customer ? selectOpenConversation(ctx.db, customer.id, null) : null),
  },
};
