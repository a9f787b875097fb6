import type { Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { fold, saysMore, type Heard } from './facts.rules.ts';
import { insertAssignment, insertMessage, nextRowVersion, noteProgress, presentFacts, replaceFacts, updateMarks, type AssignmentFact, type MessageFact } from './facts.store.ts';

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

/** Takes a message in: the fact that it was sent, and what it says of its conversation. */
export async function recordMessage(tx: Tx, heard: Heard, message: Omit<MessageFact, 'knownFrom' | 'rowVersion'>, now: Instant): Promise<void> {
  const rowVersion = await recordActivity(tx, heard, now);
  await insertMessage(tx, { ...message, knownFrom: now, rowVersion });
}

/** Takes in that a conversation was given to an agent. */
export async function recordAssignment(tx: Tx, heard: Heard, assignment: Omit<AssignmentFact, 'knownFrom' | 'rowVersion'>, now: Instant): Promise<void> {
  const rowVersion = await recordActivity(tx, heard, now);
  await insertAssignment(tx, { ...assignment, knownFrom: now, rowVersion });
}
