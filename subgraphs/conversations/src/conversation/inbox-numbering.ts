import { setTimeout as delay } from 'node:timers/promises';
import type { Tx } from '@careline/kit/db';
import { coalesced } from '@careline/kit/live';
import type { Runtime } from '../context.ts';
import { hasInboxChanges, lockInboxChanges, storeInboxEvents, type InboxChange, type InboxEventRow } from './inbox.store.ts';

/** Live channel on which the last number of the inbox log is announced. */
export const INBOX_CHANNEL = 'inbox';
const BATCH = 500;
/** The first change is numbered at once; those that follow it closely get their numbers in one transaction. */
const GATHER_MS = 20;

export interface InboxNumbering {
  /** Numbers what waits, soon. Cheap to call after every commit. */
  wake(): void;
  /** Numbers all that waits, and also what a process left behind that died between its commit and its wake-up. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Gives every change of an inbox its number: one gap-free log per organisation.
 *
 * Verbs only append to `inbox_changes`, so no send ever waits for a shared counter. Afterwards one short transaction
 * at a time, on whichever process, locks the counter and moves the committed changes over. Numbers therefore follow
 * the order in which they become readable: a reader who has seen 7 never finds a new 6, which auto-increment
 * numbers cannot promise.
 */
export function inboxNumbering(runtime: Runtime): InboxNumbering {
  let running = Promise.resolve();
  let isClosed = false;
  const number = coalesced(async () => {
    try {
      for (let isFull = true; isFull && !isClosed;) isFull = (await numberBatch(runtime)) === BATCH;
      if (!isClosed) await delay(GATHER_MS);
    } catch (error) {
      runtime.log.error({ err: error }, 'inbox changes could not be numbered; the next change tries again');
    }
  });
  const wake = () => {
    if (!isClosed) running = number();
  };
  return {
    wake,
    async drain() {
      if (await hasInboxChanges(runtime.db)) wake();
      await running;
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}

async function numberBatch(runtime: Runtime): Promise<number> {
  return runtime.db.transaction(async (tx: Tx) => {
    const { last, changes } = await lockInboxChanges(tx, BATCH);
    if (changes.length === 0) return 0;
    const events = numbered(withoutRepeats(changes), last);
    await storeInboxEvents(tx, events, changes.map((change) => change.changeId));
    const { seq } = events.at(-1)!;
    tx.afterCommit(() => runtime.live.publish(INBOX_CHANNEL, { seq }));
    return changes.length;
  });
}

const numbered = (changes: readonly InboxChange[], last: number): InboxEventRow[] =>
  changes.map(({ conversationId, notice, targets, at }, place) => ({ seq: last + 1 + place, conversationId, notice, targets, at }));

/** Of equal changes only the last: an event shows the conversation as it is, so one of them says it all. */
function withoutRepeats<Change extends InboxChange>(changes: readonly Change[]): Change[] {
  const lastPlace = new Map(changes.map((change, place) => [keyOf(change), place]));
  return changes.filter((change, place) => change.notice !== null || lastPlace.get(keyOf(change)) === place);
}

const keyOf = (change: InboxChange) => `${change.conversationId} ${JSON.stringify(change.targets)}`;
