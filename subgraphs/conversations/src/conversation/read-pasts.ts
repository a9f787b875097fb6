import { appError } from '@careline/kit/errors';
import type { Instant } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { eventFacts } from './conversation.facts.ts';
import { selectConversations } from './conversation.store.ts';
import { selectBegun, selectLives, selectOpenIds, selectTurns, type LifeLine, type PastLine } from './past.store.ts';

const IDS_PAGE = 100;
const PASTS_MAX = 50;
const LIVES_PAGE = 50;

/** What the clocks of a conversation need of its past, when promises begin in the midst of it; `lastSeq` says how far it was read. */
export interface ConversationPast {
  conversationId: string;
  channelKind: string;
  queueId: string | null;
  ownerId: string | null;
  priority: string;
  isOver: boolean;
  lastSeq: number;
  turns: Omit<PastLine, 'conversationId'>[];
}

/** Ids of open conversations after one, in their order; for tickets alone. */
export async function readOpenIds(ctx: ConversationsContext, afterId: string | null): Promise<string[]> {
  ctx.viewer.requireAll('service:read');
  return selectOpenIds(ctx.db, afterId, IDS_PAGE);
}

/** How these conversations have fared so far, those that exist; for tickets alone. */
export async function readPasts(ctx: ConversationsContext, ids: readonly string[]): Promise<ConversationPast[]> {
  ctx.viewer.requireAll('service:read');
  if (ids.length > PASTS_MAX) throw appError('BAD_USER_INPUT', { internal: `at most ${PASTS_MAX} conversations` });
  // Their rows first: what is said after that is told by its event.
  const conversations = [...(await selectConversations(ctx.db, ids)).values()];
  const turns = await selectTurns(ctx.db, conversations);
  return conversations.map((conversation) => {
    const { conversationId, channelKind, queueId, ownerId, priority } = eventFacts(conversation);
    const own = turns.filter((turn) => turn.conversationId === conversationId).map(({ seq, at, authorKind, event }) => ({ seq, at, authorKind, event }));
    return { conversationId, channelKind, queueId, ownerId, priority, isOver: conversation.state === 'CLOSED', lastSeq: conversation.lastSeq, turns: own };
  });
}

/** The life of a conversation as far as promises heed it. */
export interface ConversationLife {
  conversationId: string;
  channelKind: string;
  /** What it is now. */
  priority: string;
  startedAt: Instant;
  turns: Omit<LifeLine, 'conversationId'>[];
}

/** A page of the lives of conversations begun within [from, to), in that order; for tickets alone. */
export async function readLives(ctx: ConversationsContext, begun: { from: Instant; to: Instant; afterId: string | null }): Promise<ConversationLife[]> {
  ctx.viewer.requireAll('service:read');
  const ids = await selectBegun(ctx.db, begun, LIVES_PAGE);
  const [rows, turns] = await Promise.all([selectConversations(ctx.db, ids), selectLives(ctx.db, ids)]);
  return ids.flatMap((id) => rows.get(id) ?? []).map(({ id, channelKind, priority, startedAt }) => (
    { conversationId: id, channelKind, priority, startedAt, turns: turns.filter(({ conversationId }) => conversationId === id).map(({ conversationId: _id, ...turn }) => turn) }));
}
