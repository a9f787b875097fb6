import type { TicketsContext } from '../context.ts';
import { commentsOf } from './life.store.ts';
import { commentPlace, reasonPlace } from './ticket.store.ts';
import type { CommentRow, EntryRow } from './ticket.tables.ts';

/** The data key of the customer whose words a ticket holds; null after erasure. */
async function keyOf(ctx: TicketsContext, ticketId: string) {
  const customerId = (await ctx.loaders.ticket.load(ticketId))?.customerId;
  return customerId ? ((await ctx.vault.keysOf(ctx.db, [customerId])).get(customerId) ?? null) : null;
}

/** The comment of an entry; null for entries of other kinds. */
export async function readComment(ctx: TicketsContext, { kind, ticketId, seq }: EntryRow): Promise<CommentRow | null> {
  return kind === 'COMMENT' ? ((await commentsOf(ctx.db, ticketId, [seq]))[0] ?? null) : null;
}

/** The words of a comment; null after erasure. */
export async function readText(ctx: TicketsContext, { id, ticketId, sealedText }: CommentRow): Promise<string | null> {
  return (await keyOf(ctx, ticketId))?.open(commentPlace(id), sealedText) ?? null;
}

/** The facts of an entry, with the reason that somebody gave among them. */
export async function readFacts(ctx: TicketsContext, { id, ticketId, facts, sealedReason }: EntryRow): Promise<Record<string, unknown> | null> {
  if (!sealedReason) return facts;
  return { ...facts, reason: (await keyOf(ctx, ticketId))?.open(reasonPlace(id), sealedReason) ?? null };
}
