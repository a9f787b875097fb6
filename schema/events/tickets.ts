import { z } from 'zod';
import { defineEvent } from './define.ts';

export const ticketCreated = defineEvent('tickets', 'ticket.created', 1, z.object({
  ticketId: z.string(),
  number: z.string(),
  customerId: z.string().nullable(),
  conversationId: z.string().nullable(),
  agentId: z.string().nullable(),
  priority: z.enum(['P0', 'P1', 'P2']),
  categoryKey: z.string(),
  by: z.object({ kind: z.enum(['CUSTOMER', 'AGENT', 'BOT', 'SYSTEM', 'API']), id: z.string().nullable() }),
}));
