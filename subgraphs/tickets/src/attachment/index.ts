export { attachmentHandlers } from './attachment.events.ts';
export { attachmentJobs } from './attachment.jobs.ts';
export { attachmentLoaders, type AttachmentLoaders } from './attachment.loaders.ts';
export { attachmentResolvers } from './attachment.resolvers.ts';
export { handleUploads } from './attachment.rest.ts';
export { openBlobStore, type BlobStore } from './blob-store.ts';
export { ownerOf } from './create-upload.ts';
export { linkAttachments } from './link-attachments.ts';
export { type OpenAttachment } from './owner-key.ts';
