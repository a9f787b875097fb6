import { binaryToId, idToBinary, type Queryable } from '@careline/kit/db';
import type { DataKey } from '@careline/kit/crypto';
import DataLoader from 'dataloader';
import type { Runtime } from '../context.ts';
import { survivorsAmong } from './customer.family.ts';

/** What is needed to name a customer. */
export interface CustomerLabel {
  id: string;
  number: string;
  nameEnc: Buffer | null;
  mergedInto: string | null;
}

const BATCH_MAX = 500;

/**
 * Labels of the customers who answer for these ids today, for all requests and streams of the process that ask in the same
 * moment: messages stored together reach their readers together, and naming their authors costs one statement.
 * Nothing is kept: a name changed a moment ago is read anew.
 */
export function customerLabels({ db }: Runtime): DataLoader<string, CustomerLabel | null> {
  return new DataLoader(async (ids) => {
    const survivors = await survivorsAmong((wanted) => selectLabels(db, wanted), ids);
    return ids.map((id) => survivors.get(id) ?? null);
  }, { cache: false, maxBatchSize: BATCH_MAX });
}

/** Data keys of customers, read together like their labels; undefined for who was erased. */
export function customerKeys({ db, vault }: Runtime): DataLoader<string, DataKey | undefined> {
  return new DataLoader(async (ids) => {
    const keys = await vault.keysOf(db, ids);
    return ids.map((id) => keys.get(id));
  }, { cache: false, maxBatchSize: BATCH_MAX });
}

async function selectLabels(q: Queryable, ids: readonly string[]): Promise<CustomerLabel[]> {
  const rows = await q.query<{ id: Buffer; number: string; name_enc: Buffer | null; merged_into: Buffer | null }>(
    '/* selectLabels */ SELECT id, number, name_enc, merged_into FROM customers WHERE id IN (?)', [ids.map(idToBinary)]);
  return rows.map((row) => ({
    id: binaryToId('cus', row.id), number: row.number, nameEnc: row.name_enc, mergedInto: row.merged_into && binaryToId('cus', row.merged_into),
  }));
}
