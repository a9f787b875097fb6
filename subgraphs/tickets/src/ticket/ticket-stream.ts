import { appError } from '@careline/kit/errors';
import { coalesced, LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { entriesAfter } from './life.store.ts';
import { belongings } from './ticket.rules.ts';
import { openTickets, ticketsById, type OpenTicket } from './ticket.store.ts';
import type { EntryRow } from './ticket.tables.ts';

const PAGE = 100;
const HEARTBEAT_MS = 15 * SECOND;

export type TicketEvent =
  | { __typename: 'TicketEntryAdded'; seq: number; previousSeq: number; at: number; entry: EntryRow }
  | { __typename: 'TicketChanged'; seq: number; at: number; ticket: OpenTicket }
  | { __typename: 'TicketHeartbeat'; seq: number; at: number };

/**
 * The stream of one ticket from `afterSeq` on, without loss and without doubles: hints only say that there is something
 * to read, the table says what. The permission is asked again at each reading; ends with NOT_FOUND when it is lost.
 */
export async function watchTicket(ctx: TicketsContext, ticketId: string, afterSeq: number): Promise<LiveStream<TicketEvent>> {
  const first = await readIfAllowed(ctx, ticketId);
  let position = Math.min(Math.max(0, afterSeq), first.lastSeq);
  let version = -1;
  const read = coalesced(async () => {
    if (stream.isClosed) return;
    const ticket = await readIfAllowed(ctx, ticketId);
    if (ticket.version !== version) {
      version = ticket.version;
      stream.push({ __typename: 'TicketChanged', seq: position, at: ctx.clock.now(), ticket });
    }
    for (let entries: EntryRow[] = [], isMore = true; isMore && !stream.isClosed; isMore = entries.length === PAGE) {
      entries = await entriesAfter(ctx.db, ticketId, position, PAGE);
      for (const entry of entries) {
        stream.push({ __typename: 'TicketEntryAdded', seq: entry.seq, previousSeq: position, at: ctx.clock.now(), entry });
        position = entry.seq;
      }
    }
  });
  const nudge = () => void read().catch((error: unknown) => stream.close(error));
  const detach = ctx.live.subscribe(`ticket:${ticketId}`, nudge);
  // The look at the table with each beat finds what a lost hint left behind.
  const beats = setInterval(() => {
    nudge();
    stream.push({ __typename: 'TicketHeartbeat', seq: position, at: ctx.clock.now() });
  }, HEARTBEAT_MS);
  const stream = new LiveStream<TicketEvent>(() => {
    detach();
    clearInterval(beats);
  });
  nudge();
  return stream;
}

async function readIfAllowed(ctx: TicketsContext, ticketId: string): Promise<OpenTicket> {
  const [row] = await ticketsById(ctx.db, [ticketId]);
  if (!row || !ctx.viewer.covers('ticket:read', belongings(row))) throw appError('NOT_FOUND');
  return (await openTickets(ctx.vault, ctx.db, [row]))[0]!;
}
