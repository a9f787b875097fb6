import type { Connection, PageArgs } from '@careline/kit/graphql';
import { findPage, holdsAll, readWanted, type Hit } from '@careline/kit/search';
import type { ConversationsContext } from '../context.ts';
import { clearNameOf } from './customer.facts.ts';
import { selectCustomersAt, type CustomerRow } from './customer.store.ts';
import { customerIndex, NAME_SEQ, openWords } from './customer-words.ts';
import { searchOf, type CustomerFilter } from './list-customers.ts';

export interface SearchCustomers extends PageArgs {
  text: string;
  filter?: CustomerFilter | null;
}

interface CustomerHit extends Hit {
  customer: CustomerRow;
}

/**
 * Customers of the caller's list whose name, or whose company and tags, hold all words. Who reads names masked finds nobody by
 * name: else a name could be guessed letter by letter.
 */
export async function searchCustomers(ctx: ConversationsContext, { text, filter, ...page }: SearchCustomers): Promise<Connection<CustomerHit>> {
  const { terms, tokens } = readWanted(ctx.keyring, text);
  const search = searchOf(ctx, filter ?? {});
  return findPage(ctx.db, customerIndex, {
    tokens, page,
    async read(places) {
      const candidates = await selectCustomersAt(ctx.db, customerIndex.table, places, search);
      const hits = await Promise.all(candidates.map(async ({ place, seq, customer }): Promise<CustomerHit | null> => {
        const words = seq === NAME_SEQ ? await readName(ctx, customer) : openWords(customer);
        return words !== null && holdsAll(words, terms) ? { place, ownerId: customer.id, customer } : null;
      }));
      return hits.filter((hit) => hit !== null);
    },
  });
}

const readName = async (ctx: ConversationsContext, customer: CustomerRow) => (ctx.viewer.readsInClear('name', customer.id) ? clearNameOf(ctx, customer) : null);
