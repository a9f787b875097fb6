import { idToBinary, type Queryable, type Tx } from '@careline/kit/db';
import type { DataKey, Keyring } from '@careline/kit/crypto';
import { forgetErasedJob, indexEarlierJob, packTokens, wordIndex, type Indexed } from '@careline/kit/search';
import type { ConversationsContext, JobSpec, Runtime } from '../context.ts';
import { customerCells } from './customer.cells.ts';
import { selectCustomers, selectCustomersAfter, type CustomerRow } from './customer.store.ts';

/** Where customers are searched. */
export const customerIndex = wordIndex('customer');

/** The lines under which a customer is found: what everybody may read, and the name. */
export const OPEN_SEQ = 0;
export const NAME_SEQ = 1;

/** What of a customer is searched and shown to everybody who may see the customer. */
export const openWords = ({ company, tags }: Pick<CustomerRow, 'company' | 'tags'>): string => [company, ...tags].filter(Boolean).join('\n');

/** Makes a customer findable as the transaction has stored it, and no more as it was before. */
export async function replaceCustomerWords(ctx: ConversationsContext, tx: Tx, customerId: string): Promise<void> {
  const [row] = await selectCustomers(tx, [customerId]);
  if (!row) return;
  await customerIndex.drop(tx, idToBinary(customerId));
  await customerIndex.insert(tx, indexed(ctx.keyring, await ctx.vault.keyFor(tx, customerId), row));
}

/** The job that makes customers of before findable; see the kit. */
export function indexEarlierCustomers(runtime: Runtime): JobSpec {
  const { db, clock } = runtime;
  return indexEarlierJob({ db, clock, index: customerIndex, read: (q, afterId, limit) => readEarlier(runtime, q, afterId, limit) });
}

/** The job that forgets the words of who was erased; see the kit. */
export function forgetErasedCustomers({ db }: Runtime): JobSpec {
  return forgetErasedJob({ db, index: customerIndex, read: async (_q, keyOwnerIds) => keyOwnerIds.map(idToBinary) });
}

function indexed(keyring: Keyring, key: DataKey | undefined, row: CustomerRow): Indexed[] {
  const ownerId = idToBinary(row.id);
  return [
    { ownerId, seq: OPEN_SEQ, tokens: packTokens(keyring, openWords(row)) },
    { ownerId, seq: NAME_SEQ, tokens: packTokens(keyring, customerCells.openName(key, row) ?? '') },
  ].filter(({ tokens }) => tokens.length > 0);
}

async function readEarlier({ vault, keyring }: Runtime, q: Queryable, afterId: Buffer, limit: number): Promise<{ lastId: Buffer | null; texts: Indexed[] }> {
  const rows = await selectCustomersAfter(q, afterId, limit);
  const keys = await vault.keysOf(q, rows.map((row) => row.id));
  const last = rows.at(-1);
  return { lastId: last ? idToBinary(last.id) : null, texts: rows.flatMap((row) => indexed(keyring, keys.get(row.id), row)) };
}
