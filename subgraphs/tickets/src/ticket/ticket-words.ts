import type { Keyring } from '@careline/kit/crypto';
import { idToBinary, type Tx } from '@careline/kit/db';
import { forgetErasedJob, indexEarlierJob, packTokens, wordIndex, type Indexed } from '@careline/kit/search';
import type { TicketsContext } from '../context.ts';
import { openTickets, type OpenTicket } from './ticket.store.ts';
import { commentsOfTickets, ticketIdsOf, ticketsAfter } from './life.store.ts';
import { openComment } from './read-words.ts';
import type { TicketRow } from './ticket.tables.ts';

/** Where tickets are searched. */
export const ticketIndex = wordIndex('ticket');

/** The line under which subject and description are found; comments are found under their own number. */
export const TICKET_SEQ = 0;

export interface Words {
  ticketId: string;
  seq: number;
  text: string;
}

/** What of a ticket itself is searched. */
export const ticketText = ({ subject, description }: Pick<OpenTicket, 'subject' | 'description'>): string => [subject, description].filter(Boolean).join('\n');

function indexed(keyring: Keyring, texts: readonly Words[]): Indexed[] {
  return texts.map(({ ticketId, seq, text }) => ({ ownerId: idToBinary(ticketId), seq, tokens: packTokens(keyring, text) })).filter(({ tokens }) => tokens.length > 0);
}

/** Makes texts findable in the transaction that stores them, all in one statement. */
export async function insertWords(keyring: Keyring, tx: Tx, texts: readonly Words[]): Promise<void> {
  await ticketIndex.insert(tx, indexed(keyring, texts));
}

/** Makes a ticket findable by its present subject and description, and no more by those before. */
export async function replaceTicketWords(ctx: TicketsContext, tx: Tx, row: TicketRow): Promise<void> {
  const [ticket] = await openTickets(ctx.vault, tx, [row]);
  await ticketIndex.drop(tx, idToBinary(row.id), TICKET_SEQ);
  await insertWords(ctx.keyring, tx, [{ ticketId: row.id, seq: TICKET_SEQ, text: ticketText(ticket!) }]);
}

/** The job that forgets the words of who was erased; see the kit. */
export function forgetErasedTickets(system: () => TicketsContext) {
  return forgetErasedJob({ db: system().db, index: ticketIndex, read: async (q, keyOwnerIds) => (await ticketIdsOf(q, keyOwnerIds)).map(idToBinary) });
}

/** The job that makes findable what was written before there was an index; see the kit. */
export function indexEarlierTickets(system: () => TicketsContext) {
  const { db, clock, vault, keyring } = system();
  return indexEarlierJob({
    db, clock, index: ticketIndex,
    async read(q, afterId, limit) {
      const tickets = await openTickets(vault, q, await ticketsAfter(q, afterId, limit));
      const keys = await vault.keysOf(q, tickets.flatMap((ticket) => ticket.customerId ?? []));
      const comments = await commentsOfTickets(q, tickets.map(({ id }) => id));
      const texts = tickets.flatMap((ticket): Words[] => [
        { ticketId: ticket.id, seq: TICKET_SEQ, text: ticketText(ticket) },
        ...comments.filter(({ ticketId }) => ticketId === ticket.id)
          .map((comment) => ({ ticketId: ticket.id, seq: comment.seq, text: openComment(keys.get(ticket.customerId ?? ''), comment) ?? '' })),
      ]);
      const last = tickets.at(-1);
      return { lastId: last ? idToBinary(last.id) : null, texts: indexed(keyring, texts) };
    },
  });
}
