import { CHAIN_START, followChain, type ChainEnd } from './chain.ts';
import { entriesBetween, placesBetween, readChainEnd } from './audit.store.ts';
import type { Queryable } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';

export interface ChainCheck {
  isIntact: boolean;
  checkedCount: number;
  brokenSeq: number | null;
}

const BATCH = 1_000;

/**
 * Follows the chain through the entries between two instants and names the first link that does not hold:
 * a row that was changed, is missing, or was put in. The newest rows are held against the noted end of the chain.
 */
export async function checkChain(q: Queryable, start: Instant, end: Instant): Promise<ChainCheck> {
  const noted = await readChainEnd(q);
  const { first, last } = await placesBetween(q, start, end, noted.seq);
  const anchor = await anchorBefore(q, first);
  if ('brokenSeq' in anchor) return { isIntact: false, checkedCount: 0, brokenSeq: anchor.brokenSeq };
  let at: ChainEnd = anchor;
  while (at.seq < last) {
    const upTo = Math.min(at.seq + BATCH, last);
    const followed = followChain(at, await entriesBetween(q, at.seq + 1, upTo));
    const isShort = followed.brokenSeq === null && followed.end.seq < upTo;
    const brokenSeq = isShort ? followed.end.seq + 1 : followed.brokenSeq;
    if (brokenSeq !== null) return { isIntact: false, checkedCount: followed.end.seq - first + 1, brokenSeq };
    at = followed.end;
  }
  const isEndReached = at.seq === noted.seq;
  const isIntact = !isEndReached || at.hash.equals(noted.hash);
  return { isIntact, checkedCount: Math.max(0, last - first + 1), brokenSeq: isIntact ? null : at.seq };
}

/** The link the first entry hangs on, checked itself: its hash must be that of its own columns. */
async function anchorBefore(q: Queryable, first: number): Promise<ChainEnd | { brokenSeq: number }> {
  if (first === 1) return { seq: 0, hash: CHAIN_START };
  const [before] = await entriesBetween(q, first - 1, first - 1);
  if (!before) return { brokenSeq: first - 1 };
  const { end, brokenSeq } = followChain({ seq: first - 2, hash: before.previousHash }, [before]);
  return brokenSeq === null ? end : { brokenSeq };
}
