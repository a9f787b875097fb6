import { binaryToId, parseId, type Tx } from '@careline/kit/db';
import { membersOf } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { insertInboxChanges } from './inbox.store.ts';
import type { ConversationRow, InboxTargets, LockedConversation, NoticeKind } from './conversation.types.ts';

/** Live channel of one conversation's hints. */
export const conversationChannel = (conversationId: string): string => `conversation:${conversationId}`;

export interface Notice {
  kind: NoticeKind;
  agentIds?: readonly string[];
  queueIds?: readonly string[];
  /** Teams whose members are meant. Only of tickets. */
  teamIds?: readonly string[];
}

const known = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];

/** Everybody in whose views the conversation is or was before this transaction. */
export function targetsOf(conversation: LockedConversation, agentIds: readonly string[] = []): InboxTargets {
  return {
    agentIds: known([conversation.agentId, conversation.before.agentId, ...agentIds]),
    queueIds: known([conversation.queueId, conversation.before.queueId]),
  };
}

/** Writes down, in the transaction, whose inboxes change, and tells open streams after its commit. */
export async function announce(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation,
  what: { kind: 'message' | 'state'; agentIds?: readonly string[]; notices?: readonly Notice[] },
): Promise<void> {
  const at = ctx.clock.now();
  const { id } = conversation;
  await insertInboxChanges(tx, [
    { conversationId: id, notice: null, targets: targetsOf(conversation, what.agentIds), at },
    ...(what.notices ?? []).map((notice) => noticeChange(id, notice, at)),
  ]);
  const hint = { seq: conversation.lastSeq, version: conversation.version, kind: what.kind };
  tx.afterCommit(() => ctx.live.publish(conversationChannel(id), hint));
  wakeInboxes(ctx, tx);
}

/** Tells agents of something without a change of the conversation's row: an offer, a mention. */
export async function sendNotice(ctx: ConversationsContext, tx: Tx, conversationId: string, notice: Notice): Promise<void> {
  await insertInboxChanges(tx, [noticeChange(conversationId, notice, ctx.clock.now())]);
  wakeInboxes(ctx, tx);
}

/** Tells one agent's other windows of what concerns only this agent: an own draft, an own read mark. */
export async function announceToSelf(ctx: ConversationsContext, tx: Tx, conversation: Pick<ConversationRow, 'id'>, agentId: string): Promise<void> {
  const targets: InboxTargets = { agentIds: [agentId], queueIds: [], isPrivate: true };
  await insertInboxChanges(tx, [{ conversationId: conversation.id, notice: null, targets, at: ctx.clock.now() }]);
  wakeInboxes(ctx, tx);
}

/** Tells agents of something with a ticket; whoever may not read it gets no more than its id. */
export async function sendTicketNotices(ctx: ConversationsContext, tx: Tx, ticketId: string, notices: readonly Notice[]): Promise<void> {
  const at = ctx.clock.now();
  // The subject's bytes stand where else the conversation's stand; the targets say that it is a ticket.
  const conversationId = binaryToId('cnv', parseId('tkt', ticketId)!);
  const members = await membersOf(tx, [...new Set(notices.flatMap(({ teamIds }) => teamIds ?? []))]);
  const told = notices.map(({ kind, agentIds = [], teamIds = [] }) => {
    const ofTeams = members.filter(({ teamId }) => teamIds.includes(teamId)).map(({ agent }) => agent.id);
    return { conversationId, notice: kind, targets: { agentIds: [...new Set([...agentIds, ...ofTeams])], queueIds: [], isPrivate: true, ticketId }, at };
  });
  await insertInboxChanges(tx, told.filter(({ targets }) => targets.agentIds.length > 0));
  wakeInboxes(ctx, tx);
}

function noticeChange(conversationId: string, notice: Notice, at: number) {
  const targets: InboxTargets = { agentIds: [...(notice.agentIds ?? [])], queueIds: [...(notice.queueIds ?? [])], isPrivate: true };
  return { conversationId, notice: notice.kind, targets, at };
}

function wakeInboxes(ctx: ConversationsContext, tx: Tx): void {
  tx.afterCommit(() => ctx.runtime.parts.of(inboxNumbering).wake());
}
