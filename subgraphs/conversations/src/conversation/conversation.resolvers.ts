import { fieldsOf, payload } from '@careline/kit/graphql';
import { staleView, type ListSharedViews } from '@careline/kit/views';
import type { GraphQLResolveInfo } from 'graphql';
import { agentLoaders } from '../agent/index.ts';
import type { ConversationsContext, NodeReader } from '../context.ts';
import { addNote, type AddNote } from './add-note.ts';
import { assignConversation, type AssignConversation } from './assign-conversation.ts';
import { closeConversation, type CloseConversation } from './close-conversation.ts';
import { conversationFields, readConversation } from './conversation.fields.ts';
import { watchInbox } from './inbox-stream.ts';
import { leaveMessage, type LeaveMessage } from './leave-message.ts';
import { listConversations, type ListConversations } from './list-conversations.ts';
import { markRead } from './mark-read.ts';
import { messageFields, readMessage } from './message.fields.ts';
import { watchMessages } from './message-stream.ts';
import { rateConversation, type RateConversation } from './rate-conversation.ts';
import { countViews, toView, viewOwnerOf } from './read-views.ts';
import { recallMessage, revealMessage, type RevealMessage } from './recall-message.ts';
import { reopenConversation } from './reopen-conversation.ts';
import { resumeConversation } from './resume-conversation.ts';
import { searchConversations, type SearchConversations } from './search-conversations.ts';
import { deleteConversationView, saveConversationView, type SaveConversationView } from './save-view.ts';
import { countSavedViews, findSavedView, listSharedViews, readSavedViews, showSavedView, type SavedConversationView } from './saved-views.ts';
import { saveDraft, type SaveDraft } from './save-draft.ts';
import { cancelScheduledMessage, scheduleMessage, sendScheduledMessage, type ScheduleMessage, type SendScheduledMessage } from './schedule-message.ts';
import { sendMessage, type SendMessage } from './send-message.ts';
import { startConversation, type StartConversation } from './start-conversation.ts';
import { readLives, readOpenIds, readPasts } from './read-pasts.ts';
import { transferConversation, type TransferConversation } from './transfer-conversation.ts';
import { snoozeConversation, type SnoozeConversation } from './snooze-conversation.ts';
import { setTyping, watchTyping } from './typing.ts';
import { updateConversation, type UpdateConversation } from './update-conversation.ts';
import { viewOfId } from './view.rules.ts';

type Ctx = ConversationsContext;
interface Input<T> {
  input: T;
}

async function shownSaved(ctx: Ctx, view: SavedConversationView): Promise<{ view: object }> {
  const [counted] = await countSavedViews(ctx, [view]);
  return { view: showSavedView(ctx, counted!) };
}

async function savedView(ctx: Ctx, input: SaveConversationView): Promise<{ view: object }> {
  const { view, isStale } = await saveConversationView(ctx, input);
  const shown = await shownSaved(ctx, view);
  if (isStale) throw staleView(shown);
  return shown;
}

async function readViews(ctx: Ctx): Promise<object[]> {
  if (!ctx.viewer.agentId) return [];
  const [builtIn, saved] = await Promise.all([viewOwnerOf(ctx).then((owner) => countViews(ctx, owner)), readSavedViews(ctx).then((views) => countSavedViews(ctx, views))]);
  return [...builtIn.map((counters) => toView(ctx, counters)), ...saved.map((counted) => showSavedView(ctx, counted))];
}

async function readView(ctx: Ctx, id: string): Promise<object | null> {
  const view = viewOfId(id);
  if (!ctx.viewer.agentId || ctx.viewer.scopeOf('conversation:read') === null) return null;
  if (!view) {
    const saved = await findSavedView(ctx, id);
    return saved ? (await shownSaved(ctx, saved)).view : null;
  }
  const [counters] = await countViews(ctx, await viewOwnerOf(ctx), [view]);
  return toView(ctx, counters!);
}

const agentOf = (ctx: Ctx, id: string | null) => (id ? ctx.loaders.of(agentLoaders).agent.load(id) : null);

/** A stream's events are resolved over a long time: each looks afresh at what its fields load. */
const fresh = (event: unknown, _args: unknown, ctx: Ctx) => {
  ctx.loaders.forget();
  return event;
};

const typed = (__typename: string, read: NodeReader): NodeReader => async (ctx, id) => {
  const row = await read(ctx, id);
  return row && { __typename, ...row };
};

export const conversationNodes: Record<string, NodeReader> = {
  cnv: typed('Conversation', readConversation),
  msg: typed('Message', readMessage),
  viw: readView,
};

export const conversationResolvers: Record<string, Record<string, unknown>> = {
  ...conversationFields,
  ...messageFields,
  Query: {
    conversation: (_: unknown, { id }: { id: string }, ctx: Ctx) => readConversation(ctx, id),
    conversations: (_: unknown, args: ListConversations, ctx: Ctx, info: GraphQLResolveInfo) => listConversations(ctx, args, fieldsOf(info).has('totalCount')),
    searchConversations: (_: unknown, args: SearchConversations, ctx: Ctx) => searchConversations(ctx, args),
    conversationViews: (_: unknown, _args: unknown, ctx: Ctx) => readViews(ctx),
    sharedConversationViews: (_: unknown, args: ListSharedViews, ctx: Ctx, info: GraphQLResolveInfo) => listSharedViews(ctx, args, fieldsOf(info).has('totalCount')),
    openConversationIds: (_: unknown, { afterId }: { afterId?: string | null }, ctx: Ctx) => readOpenIds(ctx, afterId ?? null),
    conversationPasts: (_: unknown, { ids }: { ids: string[] }, ctx: Ctx) => readPasts(ctx, ids),
    conversationLives: (_: unknown, { from, to, afterId }: { from: number; to: number; afterId?: string | null }, ctx: Ctx) => readLives(ctx, { from, to, afterId: afterId ?? null }),
  },
  Mutation: {
    startConversation: (_: unknown, { input }: Input<StartConversation>, ctx: Ctx) => payload(ctx, () => startConversation(ctx, input)),
    leaveMessage: (_: unknown, { input }: Input<LeaveMessage>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await leaveMessage(ctx, input) })),
    sendMessage: (_: unknown, { input }: Input<SendMessage>, ctx: Ctx) => payload(ctx, async () => ({ message: (await sendMessage(ctx, input)).message })),
    scheduleMessage: (_: unknown, { input }: Input<ScheduleMessage>, ctx: Ctx) => payload(ctx, () => scheduleMessage(ctx, input)),
    cancelScheduledMessage: (_: unknown, { input }: Input<{ scheduledMessageId: string }>, ctx: Ctx) =>
      payload(ctx, async () => ({ scheduledMessage: await cancelScheduledMessage(ctx, input.scheduledMessageId) })),
    sendScheduledMessage: (_: unknown, { input }: Input<SendScheduledMessage>, ctx: Ctx) => payload(ctx, async () => ({ message: await sendScheduledMessage(ctx, input) })),
    recallMessage: (_: unknown, { input }: Input<{ messageId: string }>, ctx: Ctx) => payload(ctx, async () => ({ message: await recallMessage(ctx, input.messageId) })),
    revealMessage: (_: unknown, { input }: Input<RevealMessage>, ctx: Ctx) => payload(ctx, () => revealMessage(ctx, input)),
    addNote: (_: unknown, { input }: Input<AddNote>, ctx: Ctx) => payload(ctx, async () => ({ message: (await addNote(ctx, input)).message })),
    markRead: (_: unknown, { input }: Input<{ conversationId: string; seq: number }>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await markRead(ctx, input) })),
    saveDraft: (_: unknown, { input }: Input<SaveDraft>, ctx: Ctx) => payload(ctx, async () => ({ draft: await saveDraft(ctx, input) })),
    setTyping: (_: unknown, { input }: Input<Parameters<typeof setTyping>[1]>, ctx: Ctx) => payload(ctx, async () => ({ isAccepted: await setTyping(ctx, input) })),
    assignConversation: (_: unknown, { input }: Input<AssignConversation>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await assignConversation(ctx, input) })),
    transferConversation: (_: unknown, { input }: Input<TransferConversation>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await transferConversation(ctx, input) })),
    resumeConversation: (_: unknown, { input }: Input<Parameters<typeof resumeConversation>[1]>, ctx: Ctx) => payload(ctx, () => resumeConversation(ctx, input)),
    closeConversation: (_: unknown, { input }: Input<CloseConversation>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await closeConversation(ctx, input) })),
    reopenConversation: (_: unknown, { input }: Input<{ conversationId: string }>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await reopenConversation(ctx, input) })),
    updateConversation: (_: unknown, { input }: Input<UpdateConversation>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await updateConversation(ctx, input) })),
    snoozeConversation: (_: unknown, { input }: Input<SnoozeConversation>, ctx: Ctx) => payload(ctx, async () => ({ conversation: await snoozeConversation(ctx, input) })),
    rateConversation: (_: unknown, { input }: Input<RateConversation>, ctx: Ctx) => payload(ctx, async () => ({ rating: await rateConversation(ctx, input) })),
    saveConversationView: (_: unknown, { input }: Input<SaveConversationView>, ctx: Ctx) => payload(ctx, () => savedView(ctx, input)),
    deleteConversationView: (_: unknown, { input }: Input<{ viewId: string }>, ctx: Ctx) => payload(ctx, async () => ({ viewId: await deleteConversationView(ctx, input.viewId) })),
  },
  Subscription: {
    messageSent: {
      subscribe: (_: unknown, args: { conversationId: string; afterSeq: number }, ctx: Ctx) => watchMessages(ctx, args.conversationId, args.afterSeq),
      resolve: fresh,
    },
    inboxChanged: {
      subscribe: (_: unknown, { afterSeq, viewId }: { afterSeq?: number | null; viewId?: string | null }, ctx: Ctx) => watchInbox(ctx, afterSeq ?? null, viewId ?? null),
      resolve: fresh,
    },
    typingChanged: {
      subscribe: (_: unknown, { conversationId }: { conversationId: string }, ctx: Ctx) => watchTyping(ctx, conversationId),
      resolve: fresh,
    },
  },
  ConversationView: {
    team: ({ teamId }: { teamId: string | null }, _args: unknown, ctx: Ctx) => (teamId ? ctx.loaders.of(agentLoaders).team.load(teamId) : null),
    owner: ({ ownerId }: { ownerId: string | null }, _args: unknown, ctx: Ctx) => agentOf(ctx, ownerId),
    changedBy: ({ changedById }: { changedById: string | null }, _args: unknown, ctx: Ctx) => agentOf(ctx, changedById),
    __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readView(ctx, id),
  },
};
