import type { Keyring } from '@careline/kit/crypto';
import { idToBinary, type Tx } from '@careline/kit/db';
import { packTokens, wordIndex, type Indexed } from '@careline/kit/search';

/** Where messages and subjects are searched. */
export const messageIndex = wordIndex('message');

/** The line under which a conversation's subject is found; messages are found under their own number. */
export const SUBJECT_SEQ = 0;

export interface Words {
  conversationId: string;
  seq: number;
  text: string;
}

/** Texts with their tokens; those in which there is nothing to find are left out. */
export function indexed(keyring: Keyring, texts: readonly Words[]): Indexed[] {
  return texts.map(({ conversationId, seq, text }) => ({ ownerId: idToBinary(conversationId), seq, tokens: packTokens(keyring, text) }))
    .filter(({ tokens }) => tokens.length > 0);
}

/** Makes messages findable in the transaction that stores them, all in one statement. */
export async function insertWords(keyring: Keyring, tx: Tx, texts: readonly Words[]): Promise<void> {
  await messageIndex.insert(tx, indexed(keyring, texts));
}

/** Makes a conversation findable by its new subject and no more by its old one. */
export async function replaceSubjectWords(keyring: Keyring, tx: Tx, conversationId: string, subject: string): Promise<void> {
  await messageIndex.drop(tx, idToBinary(conversationId), SUBJECT_SEQ);
  await insertWords(keyring, tx, [{ conversationId, seq: SUBJECT_SEQ, text: subject }]);
}
