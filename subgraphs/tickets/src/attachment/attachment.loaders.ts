import type { Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import DataLoader from 'dataloader';
import { attachmentsById } from './attachment.store.ts';
import { openAttachments, type OpenAttachment } from './owner-key.ts';
import { usesOf, type AttachmentUse } from './use.store.ts';

export interface AttachmentLoaders {
  attachment: DataLoader<string, OpenAttachment | null>;
  /** What hangs on an attachment, for permission checks. */
  attachmentUses: DataLoader<string, AttachmentUse[]>;
}

/** One look-up per kind and tick of a request. */
export function attachmentLoaders(db: Db, vault: Vault): AttachmentLoaders {
  return {
    attachment: new DataLoader(async (ids) => {
      const opened = await openAttachments(vault, db, await attachmentsById(db, ids));
      const byId = new Map(opened.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    attachmentUses: new DataLoader(async (ids) => {
      const uses = await usesOf(db, ids);
      return ids.map((id) => uses.get(id) ?? []);
    }),
  };
}
