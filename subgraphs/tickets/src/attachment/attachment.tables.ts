import { bytes, instant, publicId, sealed } from '@careline/kit/db';
import { int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';

// One row is the content of one file, or the part of it that arrived. sealed_key is the file's own key under its owner's
// data key; fence rises with each attempt to send, so that of two senders only the later can finish. digest is the keyed
// hash by which an owner's equal file is found. scan_due_at is set while a scan is owed (its index serves the scan); finding
// is what the scanner found and closes the file for good. late_scan_due_at is set while the file is open though no scanner ever
// looked at it (its index serves the sweep). The janitor deletes rows no attachment points to.
export const blobs = mysqlTable('blobs', {
  id: publicId('blb', 'id').primaryKey(),
  ownerId: varchar('owner_id', { length: 64 }).notNull(),
  sealedKey: sealed('sealed_key', 128).notNull(),
  bytes: int('bytes').notNull(),
  receivedBytes: int('received_bytes').notNull(),
  fence: int('fence').notNull(),
  contentType: varchar('content_type', { length: 120 }),
  digest: bytes('digest', 32),
  createdAt: instant('created_at').notNull(),
  completedAt: instant('completed_at'),
  scanDueAt: instant('scan_due_at'),
  lateScanDueAt: instant('late_scan_due_at'),
  finding: varchar('finding', { length: 200 }),
});

// One row is one file as its sender named it. Unlinked ones leave after 24 hours: (linked_at, created_at) finds them.
export const attachments = mysqlTable('attachments', {
  id: publicId('att', 'id').primaryKey(),
  ownerId: varchar('owner_id', { length: 64 }).notNull(),
  clientUploadId: varchar('client_upload_id', { length: 64 }).notNull(),
  sealedName: sealed('sealed_name', 1200).notNull(),
  bytes: int('bytes').notNull(),
  claimedDigest: bytes('claimed_digest', 32),
  blobId: publicId('blb', 'blob_id').notNull(),
  createdAt: instant('created_at').notNull(),
  linkedAt: instant('linked_at'),
});

// One row is what permissions must know of one conversation: whose it is, where it waits, who owns it. Written by the
// events of conversations; the marks (time and id of an event) let a late event change nothing that a newer one set.
export const conversationPlaces = mysqlTable('conversation_places', {
  conversationId: publicId('cnv', 'conversation_id').primaryKey(),
  customerId: publicId('cus', 'customer_id').notNull(),
  queueId: publicId('que', 'queue_id'),
  agentId: publicId('agt', 'agent_id'),
  placeMark: varchar('place_mark', { length: 80 }).notNull(),
  agentMark: varchar('agent_mark', { length: 80 }).notNull(),
});

// One row says that a message of a conversation carries an attachment; visibility INTERNAL keeps it from the customer.
export const attachmentLinks = mysqlTable('attachment_links', {
  attachmentId: publicId('att', 'attachment_id').notNull(),
  conversationId: publicId('cnv', 'conversation_id').notNull(),
  visibility: varchar('visibility', { length: 8 }).$type<'PUBLIC' | 'INTERNAL'>().notNull(),
});

export type BlobRow = typeof blobs.$inferSelect;
export type AttachmentRow = typeof attachments.$inferSelect;

/** An attachment with its content. */
export interface StoredAttachment extends AttachmentRow {
  blob: BlobRow;
}
