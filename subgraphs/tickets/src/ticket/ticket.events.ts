import { on, type Handler } from '@careline/kit/events';
import { messageLeft } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { ticketFromMessage } from './ticket-from-message.ts';

/** What tickets make of events of other subgraphs; `system` gives a context in which the system itself acts. */
export function ticketHandlers(system: () => TicketsContext): Handler[] {
  return [on(messageLeft, ({ data }, tx) => ticketFromMessage(system(), tx, data.conversationId))];
}
