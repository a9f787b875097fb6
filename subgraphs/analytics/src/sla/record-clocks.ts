import type { Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { nextRowVersion } from '../row-version.store.ts';
import { lastTold, replaceClockFacts } from './clock-facts.store.ts';
import type { ClockFact } from './sla.tables.ts';

/** Takes in how clocks ended, or that they go on. Of one clock the telling with the highest seq holds, in whatever order and however often they come. */
export async function recordClocks(tx: Tx, told: readonly ClockFact[], now: Instant): Promise<void> {
  const newest = new Map<string, ClockFact>();
  for (const fact of told) if (fact.seq > (newest.get(fact.clockId)?.seq ?? -1)) newest.set(fact.clockId, fact);
  // The counter first: whoever holds it is alone, so nobody tells of the same clock meanwhile.
  const firstVersion = await nextRowVersion(tx, newest.size);
  const known = await lastTold(tx, [...newest.keys()]);
  const news = [...newest.values()].filter(({ clockId, seq }) => seq > (known.get(clockId) ?? -1));
  if (news.length > 0) await replaceClockFacts(tx, news, { firstVersion, now });
}
