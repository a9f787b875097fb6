import { createHash } from 'node:crypto';
import type { AuditRow } from './audit.tables.ts';

/** What stands before the first entry. */
export const CHAIN_START = Buffer.alloc(32);

/** The hash of an entry: over the hash before it and every column, spelled so that no two entries spell alike. */
export function hashOf(previousHash: Buffer, entry: Omit<AuditRow, 'hash' | 'previousHash'>): Buffer {
  const { seq, id, at, actorKind, actorId, verb, subjectId, requestId, sealed } = entry;
  const canonical = JSON.stringify([seq, id, at, actorKind, actorId, verb, subjectId, requestId, sealed]);
  return createHash('sha256').update(previousHash).update(canonical).digest();
}

/** The end of a chain as far as it was followed. */
export interface ChainEnd {
  seq: number;
  hash: Buffer;
}

/** Follows entries in order of seq from an end; gives the new end, or the place of the first broken link. */
export function followChain(end: ChainEnd, entries: readonly AuditRow[]): { end: ChainEnd; brokenSeq: number | null } {
  let { seq, hash } = end;
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return { end: { seq, hash }, brokenSeq: seq + 1 };
    const isWhole = entry.previousHash.equals(hash) && hashOf(hash, entry).equals(entry.hash);
    if (!isWhole) return { end: { seq, hash }, brokenSeq: entry.seq };
    ({ seq, hash } = entry);
  }
  return { end: { seq, hash }, brokenSeq: null };
}

/** `203.0.*.*`: the network of an address stays, who in it goes. */
export function maskAddress(address: string): string {
  const parts = address.split('.');
  if (parts.length === 4) return `${parts[0]}.${parts[1]}.*.*`;
  return `${address.split(':').filter(Boolean).slice(0, 2).join(':')}:*`;
}
