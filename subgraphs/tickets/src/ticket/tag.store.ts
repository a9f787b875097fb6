import type { Tx } from '@careline/kit/db';
import { eq } from 'drizzle-orm';
import { ticketTags, type TicketRow } from './ticket.tables.ts';

type Tagged = Pick<TicketRow, 'id' | 'tags' | 'state' | 'nextDueAt'>;

/** Brings the table of tags in line with a ticket that was just written, in its transaction. */
export async function storeTags(tx: Tx, before: Tagged, { id, tags, state, nextDueAt }: Tagged): Promise<void> {
  const wanted = tags ?? [];
  if ((before.tags ?? []).join('\n') !== wanted.join('\n')) {
    await tx.orm.delete(ticketTags).where(eq(ticketTags.ticketId, id));
    if (wanted.length > 0) await tx.orm.insert(ticketTags).values(wanted.map((tag) => ({ ticketId: id, tag, state, nextDueAt })));
  } else if (wanted.length > 0 && (before.state !== state || before.nextDueAt !== nextDueAt)) {
    await tx.orm.update(ticketTags).set({ state, nextDueAt }).where(eq(ticketTags.ticketId, id));
  }
}
