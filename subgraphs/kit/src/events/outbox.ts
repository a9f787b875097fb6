import { EventEmitter } from 'node:events';
import type { Envelope, EventDraft } from '@careline/schema/events';
import { newId, type Tx } from '../db/index.ts';

/** Says the name of a database in which events have just been committed by this process. */
export const outboxWakes = new EventEmitter<{ wake: [database: string] }>().setMaxListeners(0);

/** Writes one fact into the outbox, in the transaction that made it true; see `appendEvents`. */
export async function appendEvent(tx: Tx, draft: EventDraft, at: number): Promise<void> {
  await appendEvents(tx, [draft], at);
}

/**
 * Writes facts into the outbox in their order, in the transaction that made them true.
 * After the commit the relay is woken; a rollback leaves nothing.
 */
export async function appendEvents(tx: Tx, drafts: readonly EventDraft[], at: number): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map((draft) => {
    const envelope: Envelope = { id: newId('evt'), type: draft.type, v: draft.v, key: draft.key, at, data: draft.data };
    return [JSON.stringify(envelope)];
  });
  await tx.later('/* appendEvents */ INSERT INTO outbox (envelope) VALUES ?', [rows]);
  tx.afterCommit(() => outboxWakes.emit('wake', tx.database));
}
