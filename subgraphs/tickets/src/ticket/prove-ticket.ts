import { appError } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { proveClocks, type ClockProof, type ClockView } from '../sla/index.ts';
import { slaFactsOf } from './life.rules.ts';
import { selectLife } from './life.store.ts';
import { readTicket } from './read-tickets.ts';
import type { OpenTicket } from './ticket.store.ts';

export interface TicketProof {
  ticket: OpenTicket;
  clocks: (ClockProof & { clock: ClockView })[];
  hash: string;
  computedAt: number;
}

/** 计时依据 of a ticket: how the time of each clock was counted. Throws NOT_FOUND for who may not read the ticket. */
export async function proveTicket(ctx: TicketsContext, ticketId: string): Promise<TicketProof> {
  const ticket = await readTicket(ctx, { id: ticketId });
  if (!ticket) throw appError('NOT_FOUND');
  const computedAt = ctx.clock.now();
  const facts = (await selectLife(ctx.db, ticketId)).flatMap(slaFactsOf);
  const { clocks, hash } = await proveClocks(ctx.db, facts, computedAt);
  const stored = await ctx.loaders.clocksOfTicket.load(ticketId);
  return {
    ticket, hash, computedAt,
    clocks: clocks.flatMap((proof) => {
      const clock = stored.find(({ target, startSeq }) => target === proof.target && startSeq === proof.startSeq);
      return clock ? [{ ...proof, clock }] : [];
    }),
  };
}
