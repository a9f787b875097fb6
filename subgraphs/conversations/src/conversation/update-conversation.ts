import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationUpdated } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { tagsWithin } from '../input.rules.ts';
import { appendServiceLine, saveConversation } from './append-line.ts';
import { eventFacts } from './conversation.facts.ts';
import { callHooks } from './conversation.hooks.ts';
import { actorOf, belongingsOf, lengthOf } from './conversation.rules.ts';
import { replaceFollowers } from './mention.store.ts';
import { subjectPlace } from './message-content.ts';
import { replaceSubjectWords } from './message-words.ts';
import { readersAmong } from './people.ts';
import { lockFor } from './reach-conversation.ts';
import type { ConversationRow, Facts, LockedConversation, Priority } from './conversation.types.ts';

const SUBJECT_MAX = 200;
const FOLLOWERS_MAX = 50;

export interface UpdateConversation {
  conversationId: string;
  subject?: string | null;
  priority?: Priority | null;
  tags?: readonly string[] | null;
  followerIds?: readonly string[] | null;
  expectedVersion?: number | null;
}

/**
 * Changes subject, priority, tags or followers; what is left out stays. Each change leaves an internal line.
 * Refuses STALE_VERSION with the present conversation when somebody changed it since it was read.
 */
export async function updateConversation(ctx: ConversationsContext, input: UpdateConversation): Promise<ConversationRow> {
  ctx.viewer.require('conversation:write');
  const tags = input.tags == null ? null : tagsWithin(input.tags);
  checkInput(input);
  return ctx.transaction(async (tx) => {
    const conversation = await lockFor(ctx, tx, input.conversationId, 'conversation:write');
    if (input.expectedVersion != null && input.expectedVersion !== conversation.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', { zh: '会话已被他人修改，请查看后重试。', en: 'Somebody changed it. Look again.' }, { conversation });
    }
    if (input.priority === 'P0' && conversation.priority !== 'P0' && !ctx.viewer.covers('ticket:prioritise', belongingsOf(conversation))) {
      throw refuse('NOT_ALLOWED', 'priority', { zh: '您的角色不能设为紧急。', en: 'Your role may not make it urgent.' });
    }
    const lines = await applyFields(ctx, tx, conversation, { ...input, tags });
    const isFollowed = await applyFollowers(ctx, tx, conversation, input.followerIds ?? null);
    await appendLines(ctx, tx, conversation, lines);
    if (lines.length === 0 && isFollowed) await saveConversation(ctx, tx, conversation);
    return conversation;
  });
}

/** Changes priority or tags of a locked conversation in the caller's transaction; what is so already leaves no line. */
export async function changeFields(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, changes: { priority?: Priority; tags?: string[] },
): Promise<void> {
  await appendLines(ctx, tx, conversation, await applyFields(ctx, tx, conversation, { priority: changes.priority ?? null, tags: changes.tags ?? null }));
}

async function appendLines(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, lines: readonly Facts[]): Promise<void> {
  for (const facts of lines) {
    await appendServiceLine(ctx, tx, conversation, { event: 'CHANGED', facts, visibility: 'INTERNAL', actor: actorOf(ctx.viewer) });
  }
  if (lines.length > 0) await appendEvent(tx, conversationUpdated.make(conversation.id, { ...eventFacts(conversation), fields: lines.map(({ field }) => String(field)) }), ctx.clock.now());
}

/** Writes the fields into the locked row and gives the facts of one line for each that changed. A subject is personal: its line does not quote it. */
async function applyFields(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, changes: Pick<UpdateConversation, 'subject' | 'priority'> & { tags: string[] | null },
): Promise<Facts[]> {
  const lines: Facts[] = [];
  if (changes.subject != null) {
    const key = await ctx.vault.keyFor(tx, conversation.keyOwnerId);
    const subject = changes.subject.trim();
    const before = conversation.subject && key.open(subjectPlace(conversation.id), conversation.subject);
    if (subject !== (before ?? '')) {
      conversation.subject = subject ? key.seal(subjectPlace(conversation.id), subject) : null;
      await replaceSubjectWords(ctx.keyring, tx, conversation.id, subject);
      lines.push({ field: 'subject', from: null, to: null });
    }
  }
  if (changes.priority != null && changes.priority !== conversation.priority) {
    lines.push({ field: 'priority', from: conversation.priority, to: changes.priority });
    conversation.priority = changes.priority;
    await callHooks.prioritised(ctx, tx, conversation);
  }
  if (changes.tags && changes.tags.join('\n') !== conversation.tags.join('\n')) {
    lines.push({ field: 'tags', from: conversation.tags.join(', '), to: changes.tags.join(', ') });
    conversation.tags = changes.tags;
  }
  return lines;
}

async function applyFollowers(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, followerIds: readonly string[] | null): Promise<boolean> {
  if (followerIds === null) return false;
  const wanted = [...new Set(followerIds)];
  const readers = await readersAmong(ctx, tx, wanted, conversation);
  if (wanted.some((id) => !readers.has(id))) {
    throw refuse('NOT_ALLOWED', 'followerIds', { zh: '关注者中有人无权查看此会话。', en: 'A follower may not read this conversation.' });
  }
  await replaceFollowers(tx, conversation.id, wanted);
  return true;
}

function checkInput(input: UpdateConversation): void {
  if (lengthOf(input.subject ?? '') > SUBJECT_MAX) throw refuse('TOO_LONG', 'subject', { zh: '主题最多 200 字。', en: 'At most 200 characters.' });
  if ((input.followerIds?.length ?? 0) > FOLLOWERS_MAX) throw refuse('TOO_MANY', 'followerIds', { zh: '最多 50 位关注者。', en: 'At most 50 followers.' });
}
