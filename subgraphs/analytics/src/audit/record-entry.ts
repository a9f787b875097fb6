import type { Tx } from '@careline/kit/db';
import { hashOf } from './chain.ts';
import { appendEntry, hasEntry, lockChainEnd } from './audit.store.ts';
import type { AuditRow } from './audit.tables.ts';

/** Adds an act to the end of the chain; one that is there already changes nothing. */
export async function recordEntry(tx: Tx, entry: Omit<AuditRow, 'seq' | 'hash' | 'previousHash'>): Promise<void> {
  const end = await lockChainEnd(tx);
  if (await hasEntry(tx, entry.id)) return;
  const placed = { ...entry, seq: end.seq + 1 };
  await appendEntry(tx, { ...placed, previousHash: end.hash, hash: hashOf(end.hash, placed) });
}
