import type { Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { nextRowVersion } from '../row-version.store.ts';
import { fold, saysMore, type ConversationFacts, type Heard } from './facts.rules.ts';
import { insertAssignment, insertMessages, noteProgress, presentFacts, replaceFacts, updateMarks, type AssignmentFact, type MessageFact } from './facts.store.ts';

/**
 * Takes one event into the facts of its conversation; gives the row version of what it wrote.
 * History grows only when readers would see a difference.
 */
export async function recordActivity(tx: Tx, heard: Heard, now: Instant): Promise<number> {
  const rowVersion = await nextRowVersion(tx);
  const before = (await presentFacts(tx, [heard.conversationId])).get(heard.conversationId) ?? null;
  await storeFacts(tx, before, fold(before, heard), { rowVersion, now });
  await noteProgress(tx, heard.at);
  return rowVersion;
}

async function storeFacts(tx: Tx, before: ConversationFacts | null, after: ConversationFacts, known: { rowVersion: number; now: Instant }): Promise<void> {
  if (saysMore(before, after)) await replaceFacts(tx, after, known);
  else await updateMarks(tx, after);
}

/** A message that was sent, and what it says of its conversation. */
export interface SaidMessage {
  heard: Heard;
  message: Omit<MessageFact, 'knownFrom' | 'rowVersion'>;
}

/** Takes messages in, all of them in one statement. Only an agent's reply says something of its conversation. */
export async function recordMessages(tx: Tx, said: readonly SaidMessage[], now: Instant): Promise<void> {
  const first = await nextRowVersion(tx, said.length);
  await insertMessages(tx, said.map(({ message }, place) => ({ ...message, knownFrom: now, rowVersion: first + place })));
  await noteProgress(tx, Math.max(...said.map(({ heard }) => heard.at)));
  await recordReplies(tx, said.map(({ heard }) => heard).filter(({ change }) => change.kind === 'SAID' && change.agentId !== null), now);
}

/** Most replies are not the first of their conversation and change nothing: these cost one look at all of them. */
async function recordReplies(tx: Tx, replies: readonly Heard[], now: Instant): Promise<void> {
  if (replies.length === 0) return;
  const known = await presentFacts(tx, [...new Set(replies.map((heard) => heard.conversationId))]);
  const changed = new Map<string, ConversationFacts>();
  for (const heard of replies) {
    const before = changed.get(heard.conversationId) ?? known.get(heard.conversationId) ?? null;
    const after = fold(before, heard);
    if (after.replyMark !== before?.replyMark) changed.set(heard.conversationId, after);
  }
  for (const [conversationId, after] of changed) await storeFacts(tx, known.get(conversationId) ?? null, after, { rowVersion: await nextRowVersion(tx), now });
}

/** Takes in that a conversation was given to an agent. */
export async function recordAssignment(tx: Tx, heard: Heard, assignment: Omit<AssignmentFact, 'knownFrom' | 'rowVersion'>, now: Instant): Promise<void> {
  const rowVersion = await recordActivity(tx, heard, now);
  await insertAssignment(tx, { ...assignment, knownFrom: now, rowVersion });
}
