import type { Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { fold, saysMore, type Heard } from './facts.rules.ts';
import { nextRowVersion, noteProgress, presentFacts, replaceFacts, updateMarks } from './facts.store.ts';

/**
 * Takes one event into the facts of its conversation; gives the row version of what it wrote.
 * History grows only when readers would see a difference.
 */
export async function recordActivity(tx: Tx, heard: Heard, now: Instant): Promise<number> {
  const rowVersion = await nextRowVersion(tx);
  const before = await presentFacts(tx, heard.conversationId);
  const after = fold(before, heard);
  if (saysMore(before, after)) await replaceFacts(tx, after, { rowVersion, now });
  else await updateMarks(tx, after);
  await noteProgress(tx, heard.at);
  return rowVersion;
}
