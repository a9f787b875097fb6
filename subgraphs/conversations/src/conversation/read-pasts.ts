import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { eventFacts } from './conversation.facts.ts';
import { selectConversations } from './conversation.store.ts';
import { selectOpenIds, selectTurns, type PastLine } from './past.store.ts';

const IDS_PAGE = 100;
const PASTS_MAX = 50;

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
