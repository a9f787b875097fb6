import type { TicketsContext } from '../context.ts';
import { lastPublicComments } from './life.store.ts';
import { openComment } from './read-words.ts';
import { readTrackingToken, signTrackingToken } from './tracking-token.ts';
import type { OpenTicket } from './ticket.store.ts';
import type { ActorKind, TicketState } from './ticket.tables.ts';

const REPLIES_MAX = 100;

/** What a customer sees of a ticket through its link. */
export interface Tracking {
  number: string;
  subject: string | null;
  state: TicketState;
  createdAt: number;
  replies: { kind: ActorKind; text: string; at: number }[];
}

/** Where the customer of a ticket sees how it stands; null when it has none. */
export function trackingUrlOf(ctx: TicketsContext, { id, customerId }: Pick<OpenTicket, 'id' | 'customerId'>): string | null {
  return customerId ? `${ctx.publicUrl.replace(/\/$/, '')}/track/${signTrackingToken(ctx.keyring, id, ctx.clock.now())}` : null;
}

/** The page behind a link: never an internal comment, nor who answered. Null when the token is not valid. */
export async function readTracking(ctx: TicketsContext, token: string): Promise<Tracking | null> {
  const ticketId = readTrackingToken(ctx.keyring, token, ctx.clock.now());
  const ticket = ticketId ? await ctx.loaders.ticket.load(ticketId) : null;
  if (!ticket) return null;
  const { number, subject, state, createdAt, customerId } = ticket;
  const key = customerId ? ((await ctx.vault.keysOf(ctx.db, [customerId])).get(customerId) ?? null) : null;
  const lines = key ? await lastPublicComments(ctx.db, ticket.id, REPLIES_MAX) : [];
  const replies = lines.flatMap(({ comment, entry }) => {
    const text = openComment(key, comment);
    return text === null ? [] : [{ kind: entry.actorKind === 'CUSTOMER' ? 'CUSTOMER' as const : 'AGENT' as const, text, at: entry.at }];
  });
  return { number: String(number), subject, state, createdAt, replies };
}
