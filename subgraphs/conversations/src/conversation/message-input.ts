import { AppError, refuse as refuseAt, type UserErrorCode, type Words } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { FILES_MAX, isClientId, lengthOf, TEXT_MAX } from './conversation.rules.ts';
import { selectByClientIds } from './message.store.ts';
import { namesOfAgents } from './people.ts';
import type { MessageContent, MessageFile } from './conversation.types.ts';

export interface Written {
  conversationId: string;
  clientMessageId: string;
  text: string;
  attachmentIds?: readonly string[] | null;
}

const ATTACHMENTS = `query AttachmentsForMessage($attachmentIds: [ID!]!, $authorId: ID!) {
  attachmentsForMessage(attachmentIds: $attachmentIds, authorId: $authorId) { id fileName contentType bytes }
}`;

/**
 * Refuses what no message may be: REQUIRED, TOO_LONG, TOO_MANY, INVALID. Needs nothing but the input; `within` is the
 * path of the input that holds it.
 */
export function checkWritten(input: Pick<Written, 'clientMessageId' | 'text' | 'attachmentIds'>, within: readonly string[] = []): void {
  const refuse = (code: UserErrorCode, field: string, words: Words) => refuseAt(code, [...within, field], words);
  const attachmentIds = new Set(input.attachmentIds);
  if (!isClientId(input.clientMessageId)) throw refuse('INVALID', 'clientMessageId', { zh: '消息编号格式不正确。', en: 'Not a message id: 1 to 64 letters, digits, `-`, `_`.' });
  if (!input.text.trim() && attachmentIds.size === 0) throw refuse('REQUIRED', 'text', { zh: '请输入内容。', en: 'Write something.' });
  if (lengthOf(input.text) > TEXT_MAX) throw refuse('TOO_LONG', 'text', { zh: '内容最多 10,000 字。', en: 'At most 10,000 characters.' });
  if (attachmentIds.size > FILES_MAX) throw refuse('TOO_MANY', 'attachmentIds', { zh: '最多 10 个附件。', en: 'At most 10 files.' });
}

/** Checks what was written and gives it as it will be sealed. Refuses what `checkWritten` does, and what is wrong with files. */
export async function readWritten(ctx: ConversationsContext, input: Written): Promise<MessageContent> {
  checkWritten(input);
  const [names, files] = await Promise.all([namesOfCaller(ctx), readFiles(ctx, input, [...new Set(input.attachmentIds)])]);
  return { text: input.text, ...names, files };
}

async function namesOfCaller(ctx: ConversationsContext): Promise<Pick<MessageContent, 'name' | 'publicName'>> {
  const { agentId, identity } = ctx.viewer;
  if (identity?.kind !== 'AGENT' || !agentId) return { name: identity?.name ?? '', publicName: identity?.name ?? '' };
  const names = (await namesOfAgents(ctx.db, [agentId])).get(agentId);
  return { name: names?.displayName ?? identity.name, publicName: names?.publicName ?? identity.name };
}

async function readFiles(ctx: ConversationsContext, input: Written, attachmentIds: readonly string[]): Promise<MessageFile[]> {
  if (attachmentIds.length === 0) return [];
  // A retry must not ask to link its files a second time; the committer gives the first result anyway.
  if ((await selectByClientIds(ctx.db, [input])).length > 0) return [];
  const authorId = ctx.viewer.identity!.id;
  const { attachmentsForMessage: files } = await ctx.services
    .query<{ attachmentsForMessage: { id: string; fileName: string; contentType: string | null; bytes: number }[] }>('tickets', ATTACHMENTS, { attachmentIds, authorId })
    .catch((error: unknown) => {
      throw refusalOfFiles(error);
    });
  return files.map((file) => ({
    attachmentId: file.id, fileName: file.fileName, contentType: file.contentType ?? 'application/octet-stream', bytes: file.bytes,
  }));
}

function refusalOfFiles(error: unknown): unknown {
  const code = error instanceof AppError ? error.code : null;
  if (code === 'BAD_USER_INPUT' || code === 'NOT_FOUND') {
    return refuseAt('NOT_FOUND', 'attachmentIds', { zh: '附件不存在或不是您上传的。', en: 'A file is missing or was not uploaded by you.' });
  }
  if (code !== 'UNAVAILABLE') return error;
  return refuseAt('FILE_NOT_READY', 'attachmentIds', { zh: '附件尚未就绪，请稍后重试。', en: 'A file is not ready yet. Try again in a moment.' });
}
