import type { SearchQuery } from '../../../gql/graphql.ts';
import type { Entry } from './use-palette.ts';

type Nodes<Name extends keyof SearchQuery> = NonNullable<SearchQuery[Name]> extends { nodes: ReadonlyArray<infer Node> } ? Node : never;
type Found = Pick<Nodes<'searchConversations'>, 'snippet' | 'highlights'>;

/** A snippet in pieces, those that were searched for marked. */
export function partsOf({ snippet, highlights }: Found): Entry['parts'] {
  const parts: Entry['parts'] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    parts.push({ text: snippet.slice(at, start), isHit: false }, { text: snippet.slice(start, end), isHit: true });
    at = end;
  }
  parts.push({ text: snippet.slice(at), isHit: false });
  return parts.filter((part) => part.text);
}

/** What the snippet does not say of a ticket; one found by its number begins with that. */
const ticketDetail = ({ snippet, seq, ticket: { number, subject } }: Nodes<'searchTickets'>) =>
  [snippet.startsWith(`#${number}`) ? null : `#${number}`, seq ? subject : null].filter(Boolean).join(' ');

interface Ways {
  /** Opens a conversation, at one of its messages or where it was left. */
  conversation(id: string, seq: number | null): void;
  ticket(number: string, seq: number | null): void;
}

/** What a search found as entries of the palette, in the server's order. */
export function foundEntries(found: SearchQuery, open: Ways): { found: Entry[]; ticketFound: Entry[]; customer: Entry[] } {
  const common = { score: 0, keys: '' };
  return {
    found: (found.searchConversations?.nodes ?? []).map((hit): Entry => ({
      ...common, id: `found-${hit.conversation.id}`, icon: 'inbox', parts: partsOf(hit),
      detail: [hit.conversation.customer?.displayName, `#${hit.conversation.number}`].filter(Boolean).join(' · '),
      run: () => open.conversation(hit.conversation.id, hit.seq ?? null),
    })),
    ticketFound: (found.searchTickets?.nodes ?? []).map((hit): Entry => ({
      ...common, id: `found-${hit.ticket.id}`, icon: 'ticket', parts: partsOf(hit), detail: ticketDetail(hit),
      run: () => open.ticket(hit.ticket.number, hit.seq ?? null),
    })),
    customer: (found.searchCustomers?.nodes ?? []).flatMap((customer): Entry[] => {
      const newest = customer.conversations?.nodes[0];
      if (!newest) return [];
      return [{
        ...common, id: `customer-${newest.id}`, icon: 'user', parts: [{ text: customer.displayName, isHit: true }],
        detail: [customer.company, customer.number, newest.subject ?? `#${newest.number}`].filter(Boolean).join(' · '), run: () => open.conversation(newest.id, null),
      }];
    }),
  };
}
