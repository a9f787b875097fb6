import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { OpenAttachment } from '../attachment/index.ts';
import type { TicketsContext } from '../context.ts';
import { reachOf } from '../reach.rules.ts';
import { byOrder, countEntries, countTickets, listAttachmentIds, listEntries, listTickets, openFirst, type EntriesAsk } from './list-tickets.store.ts';
import type { TicketFilter, TicketListing, TicketOrder, TicketsWhere } from './list.types.ts';
import { withDescendants } from './category.rules.ts';
import { belongings } from './ticket.rules.ts';
import { numbersById, openTickets, ticketIdByNumber, type OpenTicket } from './ticket.store.ts';
import type { EntryRow } from './ticket.tables.ts';

const TAGS_MAX = 10;

/** One ticket by id or number; null when there is none or it lies outside the caller's scope. */
export async function readTicket(ctx: TicketsContext, by: { id?: string | null; number?: string | null }): Promise<OpenTicket | null> {
  if ((by.id == null) === (by.number == null)) {
    throw appError('BAD_USER_INPUT', { words: { zh: '请在 id 与 number 中只给出一个。', en: 'Give exactly one of id and number.' } });
  }
  const number = numberOf(by.number ?? '');
  const id = by.id ?? (number === null ? null : await ticketIdByNumber(ctx.db, number));
  const ticket = id ? await ctx.loaders.ticket.load(id) : null;
  return ticket && ctx.viewer.covers('ticket:read', belongings(ticket)) ? ticket : null;
}

/** The number that a text is, `20481` or `#20481`; null for any other text. */
export function numberOf(text: string): number | null {
  const digits = /^#?(\d{1,15})$/.exec(text)?.[1];
  return digits ? Number(digits) : null;
}

/** Numbers of tickets by id, as people know them. */
export async function numbersOf(ctx: TicketsContext, ids: readonly string[]): Promise<Map<string, string>> {
  return new Map((await numbersById(ctx.db, ids)).map(({ id, number }) => [id, String(number)]));
}

export interface TicketsAsk {
  args: PageArgs;
  filter: TicketFilter | null | undefined;
  order: TicketOrder | 'OPEN_FIRST';
  /** More that must hold, and that could not be joined with the filter. */
  also?: TicketFilter | null;
  /** Only tickets of this conversation. */
  conversationId?: string;
  /** Only children of this incident. */
  parentId?: string;
  isCounted: boolean;
}

/** A page of the tickets that match and lie in the caller's scope; counted only when asked for. */
export async function readTickets(ctx: TicketsContext, ask: TicketsAsk): Promise<Connection<OpenTicket>> {
  const listing = listingOf(ask.order);
  const page = parsePage(ask.args, listing.parts.map((part) => part.name));
  const where = { ...await ticketsWhere(ctx, ask.filter ?? {}, ask), also: ask.also ?? null };
  const [rows, total] = await Promise.all([listTickets(ctx.db, where, listing, page), ask.isCounted ? countTickets(ctx.db, where) : null]);
  return toConnection(await openTickets(ctx.vault, ctx.db, rows), page, listing.cursorOf, total);
}

/** Which tickets a filter means within the caller's scope of `permission`. */
export async function ticketsWhere(
  ctx: TicketsContext, filter: TicketFilter, { conversationId, parentId, permission = 'ticket:read' }: Pick<TicketsAsk, 'conversationId' | 'parentId'> & { permission?: string } = {},
): Promise<TicketsWhere> {
  const scope = reachOf(ctx.viewer, permission);
  return { filter: await wholeFilter(ctx, filter), scope, conversationId: conversationId ?? null, parentId: parentId ?? null, now: ctx.clock.now() };
}

function listingOf(order: TicketsAsk['order']): TicketListing {
  return order === 'OPEN_FIRST' ? openFirst : byOrder(order);
}

/** A filter with the categories below those it names and its tags as they are kept. Throws BAD_USER_INPUT for more than a list can look for. */
export async function wholeFilter(ctx: TicketsContext, filter: TicketFilter): Promise<TicketFilter> {
  if ((filter.ids?.length ?? 0) > 1_000) throw appError('BAD_USER_INPUT', { words: { zh: '最多 1,000 个编号。', en: 'At most 1,000 ids.' } });
  const tags = filter.tags && [...new Set(filter.tags.map((tag) => tag.trim()))];
  // Each tag is a look of its own into the table of tags.
  if ((tags?.length ?? 0) > TAGS_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `一次最多按 ${TAGS_MAX} 个标签筛选。`, en: `Filter by at most ${TAGS_MAX} tags at once.` } });
  const categoryIds = filter.categoryIds?.length ? withDescendants(await ctx.loaders.categories(), filter.categoryIds) : null;
  return { ...filter, tags: tags ?? null, categoryIds };
}

/** A page of what happened with a ticket, in order of seq. */
export async function readEntries(ctx: TicketsContext, ask: EntriesAsk & { args: PageArgs; isCounted: boolean }): Promise<Connection<EntryRow>> {
  const page = parsePage(ask.args, ['seq']);
  const rows = await listEntries(ctx.db, ask, page);
  return toConnection(rows, page, ({ seq }) => ({ seq }), ask.isCounted ? await countEntries(ctx.db, ask) : null);
}

/** A page of the files of a ticket, oldest first. */
export async function readFiles(ctx: TicketsContext, ticketId: string, args: PageArgs): Promise<Connection<OpenAttachment>> {
  const page = parsePage(args, ['id']);
  const ids = await listAttachmentIds(ctx.db, ticketId, page);
  const files = await ctx.loaders.attachment.loadMany(ids.map(({ id }) => id));
  return toConnection(files.filter((file): file is OpenAttachment => file !== null && !(file instanceof Error)), page, ({ id }) => ({ id }));
}
