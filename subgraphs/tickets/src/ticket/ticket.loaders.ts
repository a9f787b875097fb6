import type { Belongings } from '@careline/kit/auth';
import type { Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import DataLoader from 'dataloader';
import { allCategories } from './category.store.ts';
import { followersOf } from './follower.store.ts';
import { commentsAt } from './life.store.ts';
import { linksOf, type LinkSeen } from './link.store.ts';
import { belongings } from './ticket.rules.ts';
import { conversationsOf, openTickets, ticketsById, ticketsOfAttachments, type OpenTicket } from './ticket.store.ts';
import type { CategoryRow, CommentRow } from './ticket.tables.ts';

export interface TicketLoaders {
  ticket: DataLoader<string, OpenTicket | null>;
  conversationsOfTicket: DataLoader<string, string[]>;
  followersOfTicket: DataLoader<string, string[]>;
  linksOfTicket: DataLoader<string, LinkSeen[]>;
  /** The comment at a place of a ticket's life; null where there is none. */
  commentAt: DataLoader<{ ticketId: string; seq: number }, CommentRow | null, string>;
  /** Whose the tickets are that hold an attachment. */
  ticketsOfAttachment: DataLoader<string, Belongings[]>;
  /** All categories, read once per request. */
  categories(): Promise<CategoryRow[]>;
}

const placeOf = ({ ticketId, seq }: { ticketId: string; seq: number }) => `${ticketId} ${seq}`;

/** One look-up per kind and tick of a request. */
export function ticketLoaders(db: Db, vault: Vault): TicketLoaders {
  let categories: Promise<CategoryRow[]> | undefined;
  return {
    ticket: new DataLoader(async (ids) => {
      const opened = await openTickets(vault, db, await ticketsById(db, ids));
      const byId = new Map(opened.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    conversationsOfTicket: new DataLoader(async (ids) => {
      const found = await conversationsOf(db, ids);
      return ids.map((id) => found.get(id) ?? []);
    }),
    followersOfTicket: new DataLoader(async (ids) => {
      const found = await followersOf(db, ids);
      return ids.map((id) => found.get(id) ?? []);
    }, { cache: false }),
    linksOfTicket: new DataLoader(async (ids) => {
      const found = await linksOf(db, ids);
      return ids.map((id) => found.get(id) ?? []);
    }, { cache: false }),
    commentAt: new DataLoader(async (places) => {
      const found = new Map((await commentsAt(db, places)).map((row) => [placeOf(row), row]));
      return places.map((place) => found.get(placeOf(place)) ?? null);
    }, { cacheKeyFn: placeOf }),
    ticketsOfAttachment: new DataLoader(async (ids) => {
      const found = await ticketsOfAttachments(db, ids);
      return ids.map((id) => (found.get(id) ?? []).map(belongings));
    }),
    categories: () => (categories ??= allCategories(db)),
  };
}
