import { on, type Handler } from '@careline/kit/events';
import { identityChanged, ticketCreated } from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { appendServiceLine, lockConversation } from './append-line.ts';
import { selectOpenConversation } from './conversation.store.ts';

/** What conversations learn from the rest of the system. */
export function conversationHandlers(runtime: Runtime): Handler[] {
  const ctx = () => runtime.system('conversations');
  return [
    on(ticketCreated, async ({ data }, tx) => {
      const conversation = data.conversationId ? await lockConversation(tx, data.conversationId) : null;
      if (!conversation) return;
      await appendServiceLine(ctx(), tx, conversation, {
        event: 'TICKET_LINKED', visibility: 'INTERNAL', actor: data.by, facts: { ticketId: data.ticketId, number: data.number },
      });
    }),
    on(identityChanged, async ({ data }, tx) => {
      if (data.isRemoved || data.identityKind !== 'EXTERNAL_ID') return;
      const open = await selectOpenConversation(tx, data.customerId, null);
      const conversation = open && (await lockConversation(tx, open.id));
      if (!conversation) return;
      await appendServiceLine(ctx(), tx, conversation, { event: 'IDENTIFIED', facts: {}, actor: { kind: 'CUSTOMER', id: data.customerId } });
    }),
  ];
}
