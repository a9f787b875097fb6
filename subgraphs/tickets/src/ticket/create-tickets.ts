import { checkIdempotencyKey } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { commitTickets, type CreatedItem } from './commit-tickets.ts';
import { planTickets } from './plan-tickets.ts';
import type { TicketInput } from './ticket.rules.ts';

export interface CreateTickets {
  tickets: TicketInput[];
  /** Null: the caller gave none, so nobody can ask for the same again. */
  idempotencyKey: string | null;
  /** What the key stands for, when more was asked than these tickets: what is none was refused before. */
  asked?: unknown;
}

const BATCH_MAX = 1_000;

/**
 * Creates tickets; each item succeeds or is refused on its own, in the order of the input.
 *
 * The same key with the same input gives the first result for 24 hours. A ticket from a conversation takes its
 * customer and queue; one the caller may not read is answered like one that does not exist.
 * Throws UNAVAILABLE while the directory of customers is away.
 */
export async function createTickets(ctx: TicketsContext, input: CreateTickets): Promise<CreatedItem[]> {
  ctx.viewer.require('ticket:create');
  checkBatch(input);
  const plans = await planTickets(ctx, input.tickets);
  const { idempotencyKey: key } = input;
  const identity = ctx.viewer.identity!;
  const call = key === null ? null : { scope: `${identity.agentId ?? identity.id}:createTickets`, key, input: input.asked ?? input.tickets };
  return commitTickets({ ctx, plans, call });
}

function checkBatch({ tickets, idempotencyKey }: CreateTickets): void {
  if (idempotencyKey !== null) checkIdempotencyKey(idempotencyKey);
  if (tickets.length === 0) throw refuse('REQUIRED', 'tickets', { zh: '至少需要一个工单。', en: 'Give at least one ticket.' });
  if (tickets.length > BATCH_MAX) throw refuse('TOO_MANY', 'tickets', { zh: `一次最多 ${BATCH_MAX} 个工单。`, en: `At most ${BATCH_MAX} tickets at once.` });
}
