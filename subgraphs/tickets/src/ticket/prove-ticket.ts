import { appError } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { proveClocks, proveConversationClocks, type ClockProof, type ClockView } from '../sla/index.ts';
import { slaFactsOf } from './life.rules.ts';
import { selectLife } from './life.store.ts';
import { readConversationClocks } from './read-conversation-clocks.ts';
import { readTicket } from './read-tickets.ts';
import type { OpenTicket } from './ticket.store.ts';

export interface ClocksProof {
  clocks: (ClockProof & { clock: ClockView })[];
  hash: string;
  computedAt: number;
}

/** 计时依据 of a ticket: how the time of each clock was counted. Throws NOT_FOUND for who may not read the ticket. */
export async function proveTicket(ctx: TicketsContext, ticketId: string): Promise<ClocksProof & { ticket: OpenTicket }> {
  const ticket = await readTicket(ctx, { id: ticketId });
  if (!ticket) throw appError('NOT_FOUND');
  const computedAt = ctx.clock.now();
  const facts = (await selectLife(ctx.db, ticketId)).flatMap(slaFactsOf);
  const { clocks, hash } = await proveClocks(ctx.db, facts, computedAt);
  return { ticket, hash, computedAt, clocks: withStored(clocks, await ctx.loaders.clocksOfTicket.load(ticketId)) };
}

/** 计时依据 of a conversation: how the time of each of its clocks was counted; null for who may not see its clocks. */
export async function proveConversation(ctx: TicketsContext, conversationId: string): Promise<ClocksProof | null> {
  const stored = await readConversationClocks(ctx, conversationId);
  if (!stored) return null;
  const computedAt = ctx.clock.now();
  const { clocks, hash } = await proveConversationClocks(ctx.db, conversationId, computedAt);
  return { hash, computedAt, clocks: withStored(clocks, stored) };
}

function withStored(proofs: readonly ClockProof[], stored: readonly ClockView[]): ClocksProof['clocks'] {
  return proofs.flatMap((proof) => {
    const clock = stored.find(({ target, startSeq }) => target === proof.target && startSeq === proof.startSeq);
    return clock ? [{ ...proof, clock }] : [];
  });
}
