import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { ticketUpdated } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import {
  aroundOf, belongings, changeTicket, checkWords, commentsAt, entriesAt, insertFiles, insertMissingLink, openComment, selectLife, storeTicket, takeTicketNumbers, TicketLife, type CommentRow, type EntryRow,
} from '../ticket/index.ts';
import { insertDoneJob, ownerOfJobs } from './begin-job.ts';
import type { SplitTrace } from './job.types.ts';
import { UNDOABLE_MS } from './merge-tickets.ts';
import { askedOf, movedSeqs } from './split.rules.ts';

export interface SplitTicket {
  ticketId: string;
  seqs: number[];
  subject: string;
  idempotencyKey: string;
}

interface Split {
  jobId: string;
  ticketId: string;
}

/** What moves: each line with its words. */
type Moved = { entry: EntryRow; comment: CommentRow }[];

const SEQS_MAX = 100;

/**
 * 拆分工单: makes a ticket of some comments of another one, and gives it with the job by which that is taken back.
 *
 * Its clocks start when the customer first said any of it and live through what was said since. In the first ticket the lines
 * stay, as moved; what the customer asked in them is no longer waited for there.
 */
export async function splitTicket(ctx: TicketsContext, { ticketId, seqs, subject, idempotencyKey }: SplitTicket): Promise<Split> {
  ctx.viewer.require('ticket:merge');
  const wanted = [...new Set(seqs)].sort((one, other) => one - other);
  if (wanted.length === 0) throw refuse('REQUIRED', 'seqs', { zh: '请选择要移出的内容。', en: 'Choose the comments that move.' });
  if (wanted.length > SEQS_MAX) throw refuse('TOO_MANY', 'seqs', { zh: `一次最多移出 ${SEQS_MAX} 条。`, en: `At most ${SEQS_MAX} comments at once.` });
  const [problem] = checkWords({ subject });
  if (problem) throw problem;
  const number = await takeTicketNumbers(ctx.db, 1);
  const around = await aroundOf(ctx);
  return changeTicket(ctx, ticketId, 'ticket:merge', async (origin, tx) => {
    const call = { scope: `${ownerOfJobs(ctx)}:splitTicket`, key: idempotencyKey, input: { ticketId, seqs: wanted, subject } };
    const { result } = await withIdempotency(tx, call, async () => {
      if (origin.row.state === 'CLOSED') throw refuse('WRONG_STATE', null, { zh: '工单已关闭，不能拆分。', en: 'The ticket is closed and cannot be split.' });
      // Nothing can be written for a customer who was erased: said before anything is made.
      await origin.key();
      const moved = await readMoved(tx, ticketId, wanted);
      const made = await make(ctx, tx, origin, { moved, subject: subject.trim(), number });
      const life = await TicketLife.open(ctx, tx, made.id, null, around, true);
      await retell(ctx, tx, life, moved, origin);
      await life.save();
      const undoes = askedOf(await selectLife(tx, ticketId), wanted);
      const { seq } = await origin.add('LINKED', { linkKind: 'SPLIT', ticketId: made.id, number: String(number), seqs: wanted, ...(undoes.length > 0 ? { undoes } : {}) });
      origin.announce((facts, by) => ticketUpdated.make(ticketId, { ...facts, fields: ['split'], by }));
      await insertMissingLink(tx, { ticketId: made.id, otherId: ticketId, kind: 'SPLIT_FROM', linkedAt: origin.now });
      const trace: SplitTrace = { kind: 'SPLIT', originId: ticketId, splitSeq: seq, lastWordSeq: life.row.lastWordSeq, agentId: life.row.agentId };
      const jobId = await insertDoneJob(ctx, tx, { kind: 'SPLIT', items: [{ ticketId: made.id, trace }], undoableMs: UNDOABLE_MS });
      await recordAudit(tx, ctx, { verb: 'ticket:merge', subjectId: ticketId, after: { splitInto: made.id, seqs: wanted, jobId } });
      return { jobId, ticketId: made.id };
    });
    return result;
  });
}

async function readMoved(tx: Tx, ticketId: string, seqs: readonly number[]): Promise<Moved> {
  const comments = new Map((await commentsAt(tx, seqs.map((seq) => ({ ticketId, seq })))).map((comment) => [comment.seq, comment]));
  const gone = movedSeqs(await selectLife(tx, ticketId));
  const entries = await entriesAt(tx, ticketId, seqs);
  if (entries.length < seqs.length || entries.some(({ seq }) => !comments.has(seq) || gone.has(seq))) {
    throw refuse('INVALID', 'seqs', { zh: '只能移出还在这张工单里的回复和备注。', en: 'Only comments that still stand in this ticket can move.' });
  }
  return entries.map((entry) => ({ entry, comment: comments.get(entry.seq)! }));
}

function make(ctx: TicketsContext, tx: Tx, { row }: TicketLife, { moved, subject, number }: { moved: Moved; subject: string; number: number }) {
  const asked = moved.find(({ entry, comment }) => entry.actorKind === 'CUSTOMER' && comment.visibility === 'PUBLIC');
  const { customerId, agentId, teamId, queueId, categoryId, priority } = row;
  return storeTicket(ctx, tx, {
    ticket: { id: newId('tkt'), number, customerId, agentId, teamId, queueId, categoryId, priority }, subject,
    startedAt: asked?.entry.at ?? null, link: { linkKind: 'SPLIT_FROM', ticketId: row.id, number: String(row.number) },
  });
}

async function retell(ctx: TicketsContext, tx: Tx, life: TicketLife, moved: Moved, origin: TicketLife): Promise<void> {
  const key = await origin.key();
  for (const { entry, comment } of moved) {
    const { clientCommentId, visibility, attachmentIds } = comment;
    await insertFiles(tx, life.row.id, attachmentIds);
    await life.retell({ clientCommentId, visibility, text: openComment(key, comment)!, attachmentIds }, entry);
  }
  await life.catchUp();
}

/** Closes the ticket that was split off, which joins the first one again. Gives what stays: all of it, when somebody worked on it. */
export async function undoSplit(ctx: TicketsContext, { made, origin, trace }: { made: TicketLife; origin: TicketLife; trace: SplitTrace }): Promise<string[]> {
  for (const { row } of [made, origin]) ctx.viewer.requireOn('ticket:merge', belongings(row), 'ticket:read');
  const { state, lastWordSeq, agentId } = made.row;
  if (state !== 'NEW' || lastWordSeq !== trace.lastWordSeq || agentId !== trace.agentId) return ['ticket'];
  await made.mergeInto(origin.row);
  made.announce((facts, by) => ticketUpdated.make(made.row.id, { ...facts, fields: ['mergedInto', 'state'], by }));
  await origin.add('LINKED', { linkKind: 'UNSPLIT', ticketId: made.row.id, number: String(made.row.number), undoes: [trace.splitSeq] });
  origin.announce((facts, by) => ticketUpdated.make(origin.row.id, { ...facts, fields: ['split'], by }));
  return [];
}
