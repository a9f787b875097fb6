import type { DataKey, Vault } from '@careline/kit/crypto';
import type { Queryable, Tx } from '@careline/kit/db';
import type { StoredAttachment } from './attachment.tables.ts';

const isCustomer = (ownerId: string) => ownerId.startsWith('cus_');

/** The key that seals an owner's files: a customer's own, so erasing the customer erases them; the house key for people who work here. */
export async function keyForOwner(vault: Vault, tx: Tx, ownerId: string): Promise<DataKey> {
  return isCustomer(ownerId) ? vault.keyFor(tx, ownerId) : vault.staff;
}

/** The keys of several owners; erased ones are absent. */
export async function keysOfOwners(vault: Vault, q: Queryable, ownerIds: readonly string[]): Promise<Map<string, DataKey>> {
  const keys = await vault.keysOf(q, ownerIds.filter(isCustomer));
  for (const ownerId of ownerIds) if (!isCustomer(ownerId)) keys.set(ownerId, vault.staff);
  return keys;
}

export const namePlace = (attachmentId: string) => `attachments|sealed_name|${attachmentId}`;
export const keyPlace = (blobId: string) => `blobs|sealed_key|${blobId}`;

/** An attachment as its readers see it. */
export interface OpenAttachment extends StoredAttachment {
  /** Null after erasure. */
  fileName: string | null;
  /** The file's own key. Null after erasure: the file cannot be read any more. */
  fileKey: Buffer | null;
}

/** Opens names and file keys of stored attachments. */
export async function openAttachments(vault: Vault, q: Queryable, rows: readonly StoredAttachment[]): Promise<OpenAttachment[]> {
  const keys = await keysOfOwners(vault, q, [...new Set(rows.map((row) => row.ownerId))]);
  return rows.map((row) => {
    const key = keys.get(row.ownerId);
    return {
      ...row,
      fileName: key ? key.open(namePlace(row.id), row.sealedName) : null,
      fileKey: key ? key.openBytes(keyPlace(row.blobId), row.blob.sealedKey) : null,
    };
  });
}
