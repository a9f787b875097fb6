import { payload } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { stateOf, type CreateUpload } from './attachment.rules.ts';
import { createUpload } from './create-upload.ts';
import { deleteAttachment } from './delete-attachment.ts';
import { attachmentsForMessage } from './link-attachments.ts';
import type { OpenAttachment } from './owner-key.ts';
import { downloadUrl, readAttachment, textPreview } from './read-attachment.ts';

type Ctx = TicketsContext;

const Query = {
  attachment: (_: unknown, { id }: { id: string }, ctx: Ctx) => readAttachment(ctx, id),
  attachmentsForMessage: (_: unknown, args: { attachmentIds: string[]; authorId: string }, ctx: Ctx) => attachmentsForMessage(ctx, args),
};

const Mutation = {
  createUpload: (_: unknown, { input }: { input: CreateUpload }, ctx: Ctx) => payload(ctx, async () => {
    const { attachmentId, uploadUrl, headers } = await createUpload(ctx, input);
    return { attachment: await ctx.loaders.attachment.load(attachmentId), uploadUrl, headers };
  }),
  deleteAttachment: (_: unknown, { input }: { input: { attachmentId: string } }, ctx: Ctx) =>
    payload(ctx, async () => ({ attachmentId: await deleteAttachment(ctx, input) })),
};

const Attachment = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => readAttachment(ctx, id),
  contentType: (row: OpenAttachment) => row.blob.contentType,
  receivedBytes: (row: OpenAttachment) => row.blob.receivedBytes,
  state: (row: OpenAttachment) => stateOf(row.blob),
  downloadUrl: (row: OpenAttachment, _: unknown, ctx: Ctx) => downloadUrl(ctx, row),
  textPreview: (row: OpenAttachment, _: unknown, ctx: Ctx) => textPreview(ctx, row),
};

export const attachmentResolvers = { Query, Mutation, Attachment };
