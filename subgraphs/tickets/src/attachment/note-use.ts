import type { Tx } from '@careline/kit/db';
import { deleteLinks, insertLinks, noteAgent, notePlace, type Place } from './use.store.ts';

/** Keeps whose a conversation is and where it waits, for permission checks of its files; late events change nothing newer. */
export async function notePlaceOf(tx: Tx, place: Place): Promise<void> {
  await notePlace(tx, place);
}

/** Keeps who owns a conversation besides where it stands. */
export async function noteOwnerOf(tx: Tx, place: Place, agentId: string): Promise<void> {
  await notePlace(tx, place);
  await noteAgent(tx, place.conversationId, agentId, place.mark);
}

/** Keeps which files a message carries and whether the customer may see them. */
export async function noteFilesOf(tx: Tx, place: Place, files: { attachmentIds: readonly string[]; visibility: 'PUBLIC' | 'INTERNAL' }): Promise<void> {
  await notePlace(tx, place);
  await insertLinks(tx, place.conversationId, files.attachmentIds, files.visibility);
}

/** A message was taken back: who saw its files with it sees them no more. */
export async function forgetFilesOf(tx: Tx, { conversationId, attachmentIds }: { conversationId: string; attachmentIds: readonly string[] }): Promise<void> {
  await deleteLinks(tx, conversationId, attachmentIds);
}
