import type { Tx } from '@careline/kit/db';
import { appendEvents } from '@careline/kit/events';
import { messageSent } from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { conversationChannel, targetsOf } from './announce.ts';
import { eventFacts } from './conversation.facts.ts';
import { emptyDrafts } from './draft.store.ts';
import { feedHub } from './feed-hub.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { insertInboxChanges, type InboxChange } from './inbox.store.ts';
import { insertMentions } from './mention.store.ts';
import { addTo, type Accepted, type Batch } from './message-batch.ts';
import { insertMessages } from './message.store.ts';
import { insertWords } from './message-words.ts';
import { moveReadMarks, selectReadMarks } from './read-mark.store.ts';
import { insertUnscanned } from './scan.store.ts';
import { endScheduled } from './scheduled.store.ts';
import { deleteSnoozes } from './snooze.store.ts';
import { updateAfterMessages } from './conversation.store.ts';
import type { ConversationRow, LockedConversation, MessageRow } from './conversation.types.ts';

/** Writes a decided batch in one statement per table, and tells streams and inboxes after the commit. */
export async function storeBatch(runtime: Runtime, tx: Tx, batch: Batch): Promise<void> {
  const { accepted } = batch;
  const replayed = batch.outcomes.flatMap((outcome) => ('sent' in outcome && outcome.sent.isReplay ? [outcome.sent.conversation] : []));
  // Whoever stored it first may have lost its line to the database at the commit, and then told nobody.
  if (replayed.length > 0) tx.afterCommit(() => tellStreams(runtime, replayed));
  if (accepted.length === 0) return;
  const touched = [...new Set(accepted.map((one) => one.message.conversationId))].map((id) => batch.conversations.get(id)!);
  const now = runtime.clock.now();
  await insertMessages(tx, accepted.map((one) => one.message));
  await insertWords(runtime.keyring, tx, accepted.map(({ message: { conversationId, seq }, send }) => ({ conversationId, seq, text: send.content.text })));
  await updateAfterMessages(tx, touched);
  await storeSideEffects(tx, batch, now);
  await appendEvents(tx, accepted.map(({ message, send }) => messageSent.make(message.conversationId, {
    ...eventFacts(batch.conversations.get(message.conversationId)!), messageId: message.id, seq: message.seq,
    authorKind: message.authorKind, authorId: message.authorId, visibility: message.visibility,
    attachmentIds: send.content.files.map((file) => file.attachmentId),
  })), now);
  await insertInboxChanges(tx, [...touched.map((conversation) => changeOf(conversation, now)), ...mentionNotices(batch, now)]);
  tx.afterCommit(() => tell(runtime, batch, touched));
}

async function storeSideEffects(tx: Tx, { accepted, conversations, snoozes }: Batch, now: number): Promise<void> {
  const byAgents = accepted.filter(({ send }) => send.ctx.viewer.agentId !== null);
  // Before the marks, which forget what their agents have read: also what was written a moment ago in this batch.
  await insertMentions(tx, accepted.flatMap(({ message }) =>
    message.mentionIds.map((agentId) => ({ conversationId: message.conversationId, seq: message.seq, agentId }))));
  await moveReadMarks(tx, (await attended(tx, byAgents)).map(({ send, message }) => ({
    conversationId: message.conversationId, actorKind: 'AGENT' as const, actorId: send.ctx.viewer.agentId!, seq: message.seq,
    deliveredSeq: message.seq, at: now, isOpen: conversations.get(message.conversationId)!.state !== 'CLOSED',
  })));
  await insertUnscanned(tx, accepted.flatMap(({ send, message }) => send.content.files.filter((file) => file.isUnscanned)
    .map(({ attachmentId }) => ({ attachmentId, conversationId: message.conversationId, seq: message.seq }))));
  const answered = new Set(accepted.filter(({ message }) => message.authorKind === 'CUSTOMER').map(({ message }) => message.conversationId));
  await deleteSnoozes(tx, snoozes.filter(({ conversationId }) => answered.has(conversationId)));
  await endScheduled(tx, accepted.flatMap(({ send }) => send.scheduled?.id ?? []), 'SENT', now);
  await emptyDrafts(tx, byAgents.filter(({ send }) => !send.isDraftKept)
    .map(({ send }) => ({ conversationId: send.conversationId, agentId: send.ctx.viewer.agentId! })));
}

/** Without what was sent while nobody sat before it and its author has not read the words before: they stay unread. */
async function attended(tx: Tx, byAgents: readonly Accepted[]): Promise<readonly Accepted[]> {
  const unattended = byAgents.filter(({ send }) => send.scheduled?.isUnattended);
  if (unattended.length === 0) return byAgents;
  const marks = await selectReadMarks(tx, unattended.map(({ message }) => message.conversationId));
  const hasRead = ({ send, message, textSeqBefore }: Accepted) =>
    marks.some((mark) => mark.conversationId === message.conversationId && mark.actorId === send.ctx.viewer.agentId && mark.seq >= textSeqBefore);
  return byAgents.filter((one) => !one.send.scheduled?.isUnattended || hasRead(one));
}

const changeOf = (conversation: LockedConversation, at: number): InboxChange =>
  ({ conversationId: conversation.id, notice: null, targets: targetsOf(conversation), at });

function mentionNotices({ accepted }: Batch, at: number): InboxChange[] {
  return accepted.filter(({ message }) => message.mentionIds.length > 0).flatMap(({ message }) => {
    const targets = { agentIds: message.mentionIds, queueIds: [], isPrivate: true };
    const change = { conversationId: message.conversationId, targets, at };
    return [{ ...change, notice: null }, { ...change, notice: 'MENTIONED' as const }];
  });
}

function tell(runtime: Runtime, { accepted }: Batch, touched: readonly LockedConversation[]): void {
  const feeds = runtime.parts.of(feedHub);
  const messages = new Map<string, MessageRow[]>();
  for (const { message } of accepted) addTo(messages, message.conversationId, message);
  for (const conversation of touched) {
    feeds.offer(conversation, messages.get(conversation.id)!);
  }
  tellStreams(runtime, touched);
}

function tellStreams(runtime: Runtime, conversations: readonly ConversationRow[]): void {
  for (const { id, lastSeq, version } of conversations) runtime.live.publish(conversationChannel(id), { seq: lastSeq, version, kind: 'message' });
  runtime.parts.of(inboxNumbering).wake();
}
