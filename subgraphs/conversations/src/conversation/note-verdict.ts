import type { Tx } from '@careline/kit/db';
import type { Runtime } from '../context.ts';
import { conversationChannel } from './announce.ts';
import { deleteUnscanned, insertVerdict, selectUnscanned } from './scan.store.ts';

/** Keeps what the scanner said of a file, and has every open stream show the messages that carry it as they are now. */
export async function noteVerdict(runtime: Runtime, tx: Tx, verdict: { attachmentId: string; isBlocked: boolean }): Promise<void> {
  await insertVerdict(tx, verdict.attachmentId, verdict.isBlocked);
  // Looked up after the commit: a message stored before it is found here, a later one is read with the verdict.
  tx.afterCommit(() => void tell(runtime, verdict.attachmentId).catch((error: unknown) => {
    runtime.log.error({ err: error, attachmentId: verdict.attachmentId }, 'readers were not told that a file was scanned; they see it at their next look');
  }));
}

async function tell({ db, live }: Runtime, attachmentId: string): Promise<void> {
  for (const { conversationId, seq } of await selectUnscanned(db, attachmentId)) live.publish(conversationChannel(conversationId), { kind: 'changed', seq });
  await deleteUnscanned(db, attachmentId);
}
