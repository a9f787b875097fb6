import type { Viewer } from '@careline/kit/auth';
import type { Queryable } from '@careline/kit/db';
import { refuse, type Refusal } from '@careline/kit/errors';
import { actorOf, isOwn, lastSeqFor, seesInternal } from './conversation.rules.ts';
import { selectWordsOfOthers } from './message.store.ts';
import type { ConversationRow, MessageRow } from './conversation.types.ts';

const SHOWN_MAX = 20;

export interface GuardedAct {
  viewer: Viewer;
  /** Null: no guard (customers). */
  lastSeenSeq: number | null;
  isConfirmed: boolean;
  /** Words of the customer do not count. */
  isCustomerPassed?: boolean;
}

/**
 * The refusal of an author who has not seen what others wrote after `lastSeenSeq`; null when there is nothing unseen.
 * `unstored` are messages of the same transaction. Service lines and the author's own words do not count.
 * Only meaningful while the conversation's row is locked.
 */
export async function findUnseen(q: Queryable, conversation: ConversationRow, act: GuardedAct, unstored: readonly MessageRow[] = []): Promise<Refusal | null> {
  const { viewer, lastSeenSeq, isCustomerPassed = false } = act;
  if (lastSeenSeq === null || act.isConfirmed || conversation.lastTextSeq <= lastSeenSeq) return null;
  const { kind, id } = actorOf(viewer);
  const stored = await selectWordsOfOthers(q, { conversationId: conversation.id, afterSeq: lastSeenSeq, authorKind: kind, authorId: id, isCustomerPassed, limit: SHOWN_MAX });
  const fresh = unstored.filter((message) => message.kind !== 'EVENT' && message.seq > lastSeenSeq && !isOwn(viewer, message) && !(isCustomerPassed && message.authorKind === 'CUSTOMER'));
  const unseen = [...stored, ...fresh].filter((message) => message.visibility === 'PUBLIC' || seesInternal(viewer, conversation));
  if (unseen.length === 0) return null;
  return refuse('CONFLICT_NEW_MESSAGES', 'lastSeenSeq', {
    zh: '在您输入期间有新消息，请查看后确认发送。', en: 'Somebody wrote meanwhile. Read it, then confirm.',
  }, { conflict: { lastSeenSeq, lastSeq: lastSeqFor(viewer, conversation), messages: unseen.slice(0, SHOWN_MAX) } });
}
