import { ticketClosed, ticketReopened, ticketSolved, ticketUpdated } from '@careline/schema/events';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { changeFields } from './change-fields.ts';
import { checkComment, say } from './comment-ticket.ts';
import { commentByClientId } from './life.store.ts';
import { changeTicket } from './change-tickets.ts';
import type { TicketLife } from './ticket-life.ts';

export interface SolveTicket {
  ticketId: string;
  fields?: unknown;
  text?: string | null;
  clientCommentId?: string | null;
  lastSeenSeq?: number | null;
  confirm?: boolean | null;
}

/**
 * 解决: a last public reply, if there is one, and the end of every clock. Solving what is solved stores the words alone.
 * Refuses FIELDS_MISSING while required fields of its category are empty; nothing is stored then.
 */
export async function solveTicket(ctx: TicketsContext, { ticketId, clientCommentId, lastSeenSeq, confirm, ...input }: SolveTicket): Promise<string> {
  const text = input.text?.trim() ?? '';
  if (text && !clientCommentId) throw refuse('REQUIRED', 'clientCommentId', { zh: '请给回复一个 clientCommentId。', en: 'Give the reply a clientCommentId.' });
  const said = text ? checkComment(ctx, { ticketId, clientCommentId: clientCommentId!, visibility: 'PUBLIC', text, lastSeenSeq: lastSeenSeq ?? null, confirm: confirm ?? false }) : null;
  await changeTicket(ctx, ticketId, 'ticket:solve', async (life, tx) => {
    if (input.fields != null && (await changeFields(life, input.fields))) life.announce((facts, by) => ticketUpdated.make(life.row.id, { ...facts, fields: ['fields'], by }));
    if (said && !(await commentByClientId(tx, ticketId, said.clientCommentId))) await say(ctx, tx, life, said);
    await solve(life);
  });
  return ticketId;
}

/** Solves a ticket that is being changed. Gives the seq of the entry that says so; null for one that is solved already. */
export async function solve(life: TicketLife): Promise<number | null> {
  if (life.row.state === 'SOLVED') return null;
  const seq = await life.moveTo('SOLVED');
  life.announce((facts, by) => ticketSolved.make(life.row.id, { ...facts, by }));
  return seq;
}

/** Closes a ticket that is being changed, as `solve` solves. */
export async function close(life: TicketLife, isSystem = false): Promise<number | null> {
  if (life.row.state === 'CLOSED') return null;
  const seq = await life.moveTo('CLOSED', null, isSystem);
  life.announce((facts, by) => ticketClosed.make(life.row.id, { ...facts, by: isSystem ? { kind: 'SYSTEM', id: null } : by }));
  return seq;
}

/** 关闭: ends a solved ticket for good. Closing what is closed changes nothing. `isSystem` when it happens by itself. */
export async function closeTicket(ctx: TicketsContext, ticketId: string, isSystem = false): Promise<string> {
  await changeTicket(ctx, ticketId, isSystem ? null : 'ticket:solve', async (life) => {
    // By itself only what is still solved: somebody may have opened it again a moment ago.
    if (isSystem && life.row.state !== 'SOLVED') return;
    await close(life, isSystem);
  });
  return ticketId;
}

/** Opens a solved ticket again; its resolution clock goes on from where it stood. */
export async function reopenTicket(ctx: TicketsContext, { ticketId, reason }: { ticketId: string; reason: string }): Promise<string> {
  const why = reason.trim();
  if (!why) throw refuse('REQUIRED', 'reason', { zh: '请说明为什么重新打开。', en: 'Say why it is opened again.' });
  if ([...why].length > 500) throw refuse('TOO_LONG', 'reason', { zh: '原因最多 500 个字符。', en: 'A reason has at most 500 characters.' });
  await changeTicket(ctx, ticketId, 'ticket:write', async (life) => {
    if (life.row.state !== 'SOLVED') throw refuse('WRONG_STATE', null, { zh: '只有已解决的工单可以重新打开。', en: 'Only a solved ticket can be opened again.' });
    await reopen(life, why);
  });
  return ticketId;
}

/** Opens a solved ticket that is being changed. */
export async function reopen(life: TicketLife, reason: string): Promise<void> {
  await life.moveTo('OPEN', reason);
  life.announce((facts, by) => ticketReopened.make(life.row.id, { ...facts, by }));
}
