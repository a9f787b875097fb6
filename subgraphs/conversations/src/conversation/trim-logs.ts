import { DAY } from '@careline/kit/time';
import type { Runtime } from '../context.ts';
import { deleteEmptyDrafts } from './draft.store.ts';
import { deleteInboxEventsBefore } from './inbox.store.ts';
import { deleteEnded } from './scheduled.store.ts';

/** How long an inbox can be resumed from its position. */
const INBOX_KEPT_MS = DAY;
const EMPTY_DRAFT_KEPT_MS = 7 * DAY;
const ENDED_MESSAGE_KEPT_MS = DAY;
const BATCH = 1_000;

/** Forgets inbox events that nobody can resume from any more, in small statements that hold nobody up. */
export async function trimInbox(runtime: Runtime, now: number): Promise<void> {
  while ((await deleteInboxEventsBefore(runtime.db, now - INBOX_KEPT_MS, BATCH)) === BATCH);
}

/** Forgets removed drafts once no late text of a device can come back for them. */
export async function trimDrafts(runtime: Runtime, now: number): Promise<void> {
  while ((await deleteEmptyDrafts(runtime.db, now - EMPTY_DRAFT_KEPT_MS, BATCH)) === BATCH);
}

/** Forgets messages that waited and were sent or taken back, once no retry can ask for them any more. */
export async function trimScheduled(runtime: Runtime, now: number): Promise<void> {
  while ((await deleteEnded(runtime.db, now - ENDED_MESSAGE_KEPT_MS, BATCH)) === BATCH);
}
