import type { ConversationsContext } from '../context.ts';
import { connectedDoors, type Told } from './conversation.hooks.ts';
import type { ConversationRow } from './conversation.types.ts';
import { readContent } from './message-content.ts';
import { selectFirstSaid } from './message.store.ts';

type Begun = Pick<ConversationRow, 'id' | 'channelId'>;

/**
 * What customers said when these conversations began: the form's answers and their first message. Personal: to decide by, never to be stored.
 * A conversation whose customer has said nothing, or was erased, is absent.
 */
export async function readOpenings(ctx: ConversationsContext, conversations: readonly Begun[]): Promise<Map<string, Told>> {
  const channelOf = new Map(conversations.map(({ id, channelId }) => [id, channelId]));
  const openings = new Map<string, { text: string | null; form: Told['form'] }>();
  for (const message of await selectFirstSaid(ctx.db, [...channelOf.keys()])) {
    const opening = openings.get(message.conversationId) ?? { text: null, form: {} };
    const content = await readContent(ctx, message);
    if (!content) continue;
    if (message.kind === 'CARD' && message.facts?.card === 'form') opening.form = await connectedDoors.channels.readCard(ctx, channelOf.get(message.conversationId)!, content.text);
    else if (message.kind === 'TEXT') opening.text ??= content.text;
    openings.set(message.conversationId, opening);
  }
  return openings;
}
