import type { Tx } from '@careline/kit/db';
import { ticketNoticed, type EventDraft } from '@careline/schema/events';
import { followersOf } from './follower.store.ts';
import type { CommentRow, EntryKind, EntryRow } from './ticket.tables.ts';

/** What who follows a ticket is told of. Clocks that pause or go on are not worth a notice. */
const TOLD: ReadonlySet<EntryKind> = new Set(['COMMENT', 'CHANGED', 'PRIORITISED', 'ESCALATED', 'CLOCK_BREACHED', 'LINKED']);

/** The event by which those mentioned and those who follow hear of new lines; null when nobody is to be told. Nobody is told of what was done by oneself, nor twice. */
export async function tellFollowers(tx: Tx, ticketId: string, lines: { entries: readonly EntryRow[]; comments: readonly CommentRow[]; me: string | null }): Promise<EventDraft | null> {
  const isOther = (id: string) => id !== lines.me;
  const mentioned = [...new Set(lines.comments.flatMap(({ mentionIds }) => mentionIds ?? []))].filter(isOther);
  const isTold = lines.entries.some(({ kind }) => TOLD.has(kind));
  const followers = isTold ? ((await followersOf(tx, [ticketId])).get(ticketId) ?? []).filter((id) => isOther(id) && !mentioned.includes(id)) : [];
  const notices = [{ kind: 'MENTIONED' as const, agentIds: mentioned, teamIds: [] }, { kind: 'FOLLOWED' as const, agentIds: followers, teamIds: [] }].filter(({ agentIds }) => agentIds.length > 0);
  return notices.length > 0 ? ticketNoticed.make(ticketId, { ticketId, notices }) : null;
}
