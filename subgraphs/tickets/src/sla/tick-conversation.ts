import type { TicketsContext } from '../context.ts';
import { ConversationLife } from './conversation-life.ts';
import { openPromisedIds, selectPromised } from './promised.store.ts';
import type { PromisedRow, TermsRef } from './sla.tables.ts';

/** Lets happen what is due on the clocks of one conversation, once: of two workers one finds nothing left to do. */
export function tickConversation(ctx: TicketsContext, conversationId: string, teams: ReadonlyMap<string, string> | null): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    const life = await ConversationLife.open(ctx, tx, conversationId, teams);
    life?.tick();
    await life?.save();
  });
}

/** Counts the running clocks of a conversation by other terms: those named, or (left out) those of the policy that matches now. */
export function retargetConversation(ctx: TicketsContext, conversationId: string, termsOf: ((terms: TermsRef | null) => TermsRef | null) | null): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    const life = await ConversationLife.open(ctx, tx, conversationId, null);
    if (!life || life.row.isOver === 1) return;
    const now = ctx.clock.now();
    await (termsOf ? life.retarget(termsOf(life.terms), now) : life.rechoose(now));
    await life.save();
  });
}

/** What was heard of conversations so far, by id. */
export const heardOf = (ctx: TicketsContext, ids: readonly string[]): Promise<Map<string, PromisedRow>> => selectPromised(ctx.db, ids);

/** Ids of conversations that are not over and may have clocks, from one on. */
export const openConversationIds = (ctx: TicketsContext, after: string | null, limit: number): Promise<string[]> => openPromisedIds(ctx.db, after, limit);
