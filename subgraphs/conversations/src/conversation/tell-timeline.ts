import type { Queryable, Tx } from '@careline/kit/db';
import { addEntries, rewriteTimeline, tellLine, tellTicketEntry, TOLD_LINES, waitingRebuilds, type Told, type ToldLine, type ToldTicketEntry } from '../customer/index.ts';
import type { ConversationsContext, Runtime } from '../context.ts';
import { selectConversations } from './conversation.store.ts';
import { selectBySeqs, selectLinesOf } from './message.store.ts';
import type { MessageRow } from './conversation.types.ts';

const TICKET_LINES = 'query TicketTimeline($customerId: ID!, $afterId: ID) { ticketTimeline(customerId: $customerId, afterId: $afterId) { entries lastId } }';

const lineOf = (row: MessageRow, number: string): ToldLine => ({
  id: row.id, conversationId: row.conversationId, number, customerId: row.keyOwnerId, at: row.sentAt, event: row.event,
  actor: { kind: row.authorKind, id: row.authorId }, facts: row.facts,
});

/** Tells the timeline of a service line that was just announced. */
export async function tellTimeline(tx: Tx, place: { conversationId: string; lineSeq?: number | undefined }): Promise<void> {
  if (place.lineSeq === undefined) return;
  const [row] = await selectBySeqs(tx, [{ conversationId: place.conversationId, seq: place.lineSeq }]);
  const conversation = row && (await selectConversations(tx, [row.conversationId])).get(row.conversationId);
  if (conversation) await tellWritten(tx, row, conversation.number);
}

/** Tells the timeline of a service line in the transaction that writes it. */
export async function tellWritten(tx: Tx, row: MessageRow, number: string): Promise<void> {
  await addEntries(tx, [tellLine(lineOf(row, number))]);
}

/**
 * Writes the timeline of a customer anew from what is kept for ever: the service lines of conversations and the lines of
 * tickets. The same as what events had told it, byte by byte; so a timeline that was damaged or lost comes back.
 */
export async function rebuildTimeline(ctx: ConversationsContext, customerId: string): Promise<void> {
  const readFrom = ctx.clock.now();
  const told = [...await tellLines(ctx.db, customerId), ...await tellTickets(ctx, customerId)];
  await rewriteTimeline(ctx.db, customerId, told, readFrom);
}

/** Scheduled: the timelines that were marked for it. */
export async function rebuildTimelines(runtime: Runtime): Promise<void> {
  for (const customerId of await waitingRebuilds(runtime.db)) await rebuildTimeline(runtime.system('timelines'), customerId);
}

async function tellLines(q: Queryable, customerId: string): Promise<Told[]> {
  const lines = await selectLinesOf(q, customerId, TOLD_LINES);
  return lines.flatMap(({ row, number }) => tellLine(lineOf(row, number)) ?? []);
}

async function tellTickets(ctx: ConversationsContext, customerId: string): Promise<Told[]> {
  const told: Told[] = [];
  for (let afterId: string | null = null, isMore = true; isMore;) {
    const { ticketTimeline: page }: { ticketTimeline: { entries: ToldTicketEntry[]; lastId: string | null } } = await ctx.services.query('tickets', TICKET_LINES, { customerId, afterId });
    told.push(...page.entries.flatMap((entry) => tellTicketEntry(entry) ?? []));
    afterId = page.lastId;
    isMore = afterId !== null;
  }
  return told;
}
