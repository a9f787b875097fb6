import { signUploadLink } from '@careline/kit/crypto';
import { MINUTE } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { stateOf } from './attachment.rules.ts';
import { encodingOf } from './content-type.ts';
import { ownerOf } from './create-upload.ts';
import type { OpenAttachment } from './owner-key.ts';
import { readSealed } from './sealed-file.ts';
import { SEGMENT_BYTES } from './segments.ts';

const LINK_MINUTES = 5;
const PREVIEW_CHARACTERS = 4_000;

/** One attachment; null when there is none or the caller may read nothing it hangs on. */
export async function readAttachment(ctx: TicketsContext, id: string): Promise<OpenAttachment | null> {
  if (!ctx.viewer.scopeOf('attachment:read')) return null;
  const attachment = await ctx.loaders.attachment.load(id);
  return attachment && await mayRead(ctx, attachment) ? attachment : null;
}

/** Its sender, and whoever may read a conversation or ticket it is part of; customers never what hangs on a note. */
async function mayRead(ctx: TicketsContext, attachment: OpenAttachment): Promise<boolean> {
  const { viewer } = ctx;
  if (ownerOf(viewer) === attachment.ownerId || viewer.covers('attachment:read', {})) return true;
  const uses = await ctx.loaders.attachmentUses.load(attachment.id);
  if (viewer.isCustomer) return uses.some((use) => use.visibility === 'PUBLIC' && viewer.covers('attachment:read', { customerId: use.customerId }));
  if (uses.some((use) => viewer.covers('attachment:read', { agentIds: [use.agentId], queueIds: [use.queueId] }))) return true;
  const tickets = await ctx.loaders.ticketsOfAttachment.load(attachment.id);
  return tickets.some((ticket) => viewer.covers('ticket:read', ticket));
}

/** A link for the caller alone, valid five minutes; null unless the file can be read. */
export function downloadUrl(ctx: TicketsContext, attachment: OpenAttachment): string | null {
  if (stateOf(attachment.blob) !== 'READY' || !attachment.fileKey) return null;
  return signUploadLink(ctx.keyring, {
    attachmentId: attachment.id, verb: 'GET', viewerId: ctx.viewer.identity!.id, expiresAt: ctx.clock.now() + LINK_MINUTES * MINUTE, publicUrl: ctx.publicUrl,
  });
}

/** The first lines of a text; null for anything else, and for what cannot be read. */
export async function textPreview(ctx: TicketsContext, attachment: OpenAttachment): Promise<string | null> {
  const encoding = encodingOf(attachment.blob.contentType ?? '');
  if (!encoding || !attachment.fileKey || stateOf(attachment.blob) !== 'READY') return null;
  const { blob, fileKey } = attachment;
  const parts: Buffer[] = [];
  const file = { path: ctx.blobs.path(blob.id, blob.fence), key: fileKey, bytes: blob.bytes };
  for await (const plain of readSealed(file, 0, Math.min(blob.bytes, SEGMENT_BYTES))) parts.push(plain);
  const text = new TextDecoder(encoding).decode(Buffer.concat(parts), { stream: true });
  return [...text.slice(0, 2 * PREVIEW_CHARACTERS)].slice(0, PREVIEW_CHARACTERS).join('');
}
