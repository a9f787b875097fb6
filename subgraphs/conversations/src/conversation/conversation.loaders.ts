import type { Queryable } from '@careline/kit/db';
import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { selectConversations, selectOwnedUnits } from './conversation.store.ts';
import { markHolder } from './conversation.rules.ts';
import { selectDrafts, type DraftRow } from './draft.store.ts';
import { selectFollowers } from './mention.store.ts';
import { countUnread, selectBySeqs, selectSaidSeqs } from './message.store.ts';
import { selectRatings, type RatingRow } from './rating.store.ts';
import { selectReadMarks } from './read-mark.store.ts';
import { selectVerdicts } from './scan.store.ts';
import { selectWaiting, type ScheduledRow } from './scheduled.store.ts';
import { selectSnoozes } from './snooze.store.ts';
import type { ConversationRow, MessageRow, ReadMarkRow } from './conversation.types.ts';

const BATCH_MAX = 500;

/** Loaders of one request: a page of an inbox costs one statement for each kind of thing on it. */
export function conversationLoaders(ctx: ConversationsContext) {
  const { db, viewer } = ctx;
  const options = { maxBatchSize: BATCH_MAX };
  const marks = new DataLoader<string, ReadMarkRow[]>(async (ids) => {
    const rows = await selectReadMarks(db, ids);
    return ids.map((id) => rows.filter((row) => row.conversationId === id));
  }, options);
  return {
    conversation: new DataLoader<string, ConversationRow | null>(async (ids) => {
      const rows = await selectConversations(db, ids);
      return ids.map((id) => rows.get(id) ?? null);
    }, options),
    marks,
    message: new DataLoader<{ conversationId: string; seq: number }, MessageRow | null, string>(async (places) => {
      const rows = new Map((await selectBySeqs(db, places)).map((row) => [`${row.conversationId} ${row.seq}`, row]));
      return places.map((place) => rows.get(`${place.conversationId} ${place.seq}`) ?? null);
    }, { ...options, cacheKeyFn: (place) => `${place.conversationId} ${place.seq}` }),
    saidSeq: new DataLoader<string, number | null>(async (ids) => {
      const seqs = await selectSaidSeqs(db, ids);
      return ids.map((id) => seqs.get(id) ?? null);
    }, options),
    unread: new DataLoader<{ conversationId: string; lastSeq: number; isPublicOnly: boolean }, number, string>(async (asked) => {
      const holder = markHolder(viewer);
      if (!holder) return asked.map(() => 0);
      const known = await marks.loadMany(asked.map((one) => one.conversationId));
      const { kind, id } = viewer.identity!;
      return countUnread(db, { kind, id }, asked.map((one, place) => ({ ...one, afterSeq: markOf(known[place], holder.id) })));
    }, { maxBatchSize: 100, cacheKeyFn: (one) => one.conversationId }),
    draft: new DataLoader<string, DraftRow | null>(async (ids) => {
      const rows = viewer.agentId ? await selectDrafts(db, viewer.agentId, ids) : [];
      return ids.map((id) => rows.find((row) => row.conversationId === id && row.content !== null) ?? null);
    }, options),
    /** Until when the caller has snoozed it. */
    snooze: new DataLoader<string, number | null>((ids) => wakingsFor(db, viewer.agentId, ids), options),
    followers: new DataLoader<string, string[]>(async (ids) => {
      const found = await selectFollowers(db, ids);
      return ids.map((id) => found.get(id) ?? []);
    }, options),
    rating: new DataLoader<string, RatingRow | null>(async (ids) => {
      const rows = await selectRatings(db, ids);
      return ids.map((id) => rows.find((row) => row.conversationId === id) ?? null);
    }, options),
    load: new DataLoader<string, number>(async (ids) => {
      const units = await selectOwnedUnits(db, ids);
      return ids.map((id) => units.get(id) ?? 0);
    }, options),
  };
}

/** Messages that wait for their time, by conversation. */
export function scheduledLoaders({ db }: ConversationsContext) {
  return {
    waiting: new DataLoader<string, ScheduledRow[]>(async (ids) => {
      const rows = await selectWaiting(db, ids);
      return ids.map((id) => rows.get(id) ?? []);
    }, { maxBatchSize: BATCH_MAX }),
  };
}

/** Whether files were found harmful; null for those without a verdict. Apart from the others: only messages with files ask. */
export function scanLoaders({ db }: ConversationsContext) {
  return {
    isBlocked: new DataLoader<string, boolean | null>(async (ids) => {
      const verdicts = await selectVerdicts(db, ids);
      return ids.map((id) => verdicts.get(id) ?? null);
    }, { maxBatchSize: BATCH_MAX }),
  };
}

function markOf(marks: ReadMarkRow[] | Error | undefined, holderId: string): number {
  if (marks instanceof Error) throw marks;
  return marks?.find((mark) => mark.actorId === holderId)?.seq ?? 0;
}

async function wakingsFor(db: Queryable, agentId: string | null, ids: readonly string[]): Promise<(number | null)[]> {
  const rows = agentId ? await selectSnoozes(db, ids) : [];
  return ids.map((id) => rows.find((row) => row.conversationId === id && row.agentId === agentId)?.wakesAt ?? null);
}
