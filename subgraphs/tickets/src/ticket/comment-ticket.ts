import { ticketCommented } from '@careline/schema/events';
import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { linkAttachments, ownerOf } from '../attachment/index.ts';
import type { TicketsContext } from '../context.ts';
import { requireSettable } from './life.rules.ts';
import { commentByClientId, commentsByOthers, entryAt, insertFiles } from './life.store.ts';
import { changeTicket } from './change-tickets.ts';
import type { TicketLife } from './ticket-life.ts';
import { requireReaders } from './ticket-readers.ts';
import type { EntryRow, TicketState, Visibility } from './ticket.tables.ts';

export interface CommentTicket {
  ticketId: string;
  clientCommentId: string;
  visibility: Visibility;
  text: string;
  attachmentIds?: string[] | null;
  mentionIds?: string[] | null;
  lastSeenSeq?: number | null;
  confirm?: boolean | null;
  state?: TicketState | null;
}

const TEXT_MAX = 20_000;
const FILES_MAX = 10;
const MENTIONS_MAX = 20;
const SHOWN_MAX = 20;

/**
 * 工单回复: stores a public reply or an internal comment, and moves the ticket when asked, in one transaction.
 *
 * The same `clientCommentId` always gives the first result. A public reply obeys the reply guard: when somebody wrote
 * after `lastSeenSeq` nothing is stored and the refusal CONFLICT_NEW_MESSAGES holds what was written.
 */
export async function commentTicket(ctx: TicketsContext, input: CommentTicket): Promise<{ ticketId: string; seq: number }> {
  const said = checkComment(ctx, input);
  if (input.state) requireSettable(input.state);
  await requireReaders(ctx, input.ticketId, [...new Set(input.mentionIds ?? [])], 'mentionIds');
  return changeTicket(ctx, input.ticketId, 'comment:write', async (life, tx) => {
    const before = await commentByClientId(tx, input.ticketId, input.clientCommentId);
    if (before) return { ticketId: input.ticketId, seq: before.seq };
    const { seq } = await say(ctx, tx, life, said);
    if (input.state) await life.moveAlong(input.state);
    return { ticketId: input.ticketId, seq };
  });
}

/** The words of who may comment, without white space around them; refuses what cannot be said so. */
export function checkComment<Words extends Omit<CommentTicket, 'state'>>(ctx: TicketsContext, input: Words): Words {
  ctx.viewer.require('comment:write');
  const text = input.text.trim();
  if (!text) throw refuse('REQUIRED', 'text', { zh: '请输入内容。', en: 'Write something.' });
  if ([...text].length > TEXT_MAX) throw refuse('TOO_LONG', 'text', { zh: '内容最多 20,000 个字符。', en: 'A comment has at most 20,000 characters.' });
  if (!/^[\w-]{1,64}$/.test(input.clientCommentId)) throw refuse('INVALID', 'clientCommentId', { zh: 'clientCommentId 应是 UUID。', en: 'clientCommentId should be a UUID.' });
  if ((input.attachmentIds?.length ?? 0) > FILES_MAX) throw refuse('TOO_MANY', 'attachmentIds', { zh: `最多 ${FILES_MAX} 个附件。`, en: `At most ${FILES_MAX} attachments.` });
  if ((input.mentionIds?.length ?? 0) > MENTIONS_MAX) throw refuse('TOO_MANY', 'mentionIds', { zh: `最多提及 ${MENTIONS_MAX} 人。`, en: `At most ${MENTIONS_MAX} mentions.` });
  return { ...input, text };
}

/** Stores the words of a comment on a ticket that is being changed. The first public reply opens a new ticket. */
export async function say(ctx: TicketsContext, tx: Tx, life: TicketLife, input: CommentTicket): Promise<EntryRow> {
  if (life.row.state === 'CLOSED') throw refuse('WRONG_STATE', null, { zh: '工单已关闭，请新建工单。', en: 'The ticket is closed. Create a new one.' });
  if (input.visibility === 'PUBLIC') await guardReply(ctx, tx, life, input);
  const attachmentIds = [...new Set(input.attachmentIds ?? [])];
  const owners = [ownerOf(ctx.viewer), ...(life.row.customerId ? [life.row.customerId] : [])];
  await linkAttachments(ctx, tx, attachmentIds, owners);
  await insertFiles(tx, life.row.id, attachmentIds);
  const { clientCommentId, visibility, text } = input;
  const entry = await life.add('COMMENT', null, { said: { clientCommentId, visibility, text, attachmentIds, mentionIds: [...new Set(input.mentionIds ?? [])] } });
  const [comment] = life.comments.slice(-1);
  life.announce((facts, by) => ticketCommented.make(life.row.id, { ...facts, commentId: comment!.id, seq: entry.seq, visibility, by }));
  if (visibility === 'PUBLIC' && life.row.state === 'NEW') await life.moveTo('OPEN');
  return entry;
}

async function guardReply(ctx: TicketsContext, tx: Tx, life: TicketLife, { lastSeenSeq, confirm }: CommentTicket): Promise<void> {
  if (confirm) return;
  if (lastSeenSeq == null) {
    if (ctx.viewer.identity!.kind !== 'AGENT') return;
    throw refuse('REQUIRED', 'lastSeenSeq', { zh: '请给出最后看到的序号 lastSeenSeq。', en: 'Give lastSeenSeq, the last entry on screen.' });
  }
  if (life.row.lastWordSeq <= lastSeenSeq) return;
  const me = ctx.viewer.identity!.agentId;
  const unseen = await commentsByOthers(tx, life.row.id, { afterSeq: lastSeenSeq, me, limit: SHOWN_MAX });
  if (unseen.length === 0) return;
  throw refuse('CONFLICT_NEW_MESSAGES', 'lastSeenSeq', { zh: '在你输入期间有新内容，请查看后确认发送。', en: 'Somebody wrote meanwhile. Read it, then confirm.' }, {
    conflict: { lastSeenSeq, lastSeq: life.stored.lastSeq, entries: unseen },
  });
}

export const readEntry = (ctx: TicketsContext, { ticketId, seq }: { ticketId: string; seq: number }) => entryAt(ctx.db, ticketId, seq);
