import { randomUUID } from 'node:crypto';
import { fillIn, variablesIn } from '@careline/schema/variables';
import type { Tx } from '@careline/kit/db';
import { AppError, refuse, Refusal } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { belongings, checkComment, checkOwner, close, reopen, sayComment, solve, TAGS_MAX, update, type Priority, type TicketLife, type TicketState } from '../ticket/index.ts';
import type { Macro, TicketStep } from './ask-macro.ts';

/** What steps need to know besides the ticket. */
export interface StepsAround {
  macro: Macro;
  /** What the variables of a ticket stand for. */
  values: Readonly<Record<string, string | null>>;
  /** Why an agent or a team can't be given tickets, by place of the step; read before the transaction. */
  owners: ReadonlyMap<number, Refusal>;
  lastSeenSeq: number;
  isConfirmed: boolean;
}

/** Owners that steps name and that tickets can't be given to. Throws UNAVAILABLE while nobody knows. */
export async function refusedOwners(ctx: TicketsContext, { steps }: Macro): Promise<Map<number, Refusal>> {
  const refused = new Map<number, Refusal>();
  for (const { place, verb, value } of steps) {
    if (verb !== 'TICKET_ASSIGN' && verb !== 'TICKET_ASSIGN_TEAM') continue;
    try {
      await checkOwner(ctx, verb === 'TICKET_ASSIGN' ? { agentId: value ?? ctx.viewer.agentId } : { teamId: value });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.set(place, error);
    }
  }
  return refused;
}

/** The text of a step with its variables filled in; those without a value stay. */
export const textOf = ({ value, values }: TicketStep, around: Pick<StepsAround, 'values'>): string => fillIn(value ?? '', { ...values, ...around.values });

/** Does one step to a ticket that is being changed, with the right it needs by hand. Throws the refusal, under the place of the step. */
export async function runStep(ctx: TicketsContext, tx: Tx, life: TicketLife, step: TicketStep, around: StepsAround): Promise<void> {
  try {
    await doStep(ctx, tx, life, step, around);
  } catch (error) {
    const field = ['steps', String(step.place), 'value'];
    if (error instanceof Refusal) throw refuse(error.code, error.code === 'CONFLICT_NEW_MESSAGES' ? error.field : field, error.words, error.payload);
    // Nothing can be written any more to a ticket whose customer was erased.
    if (error instanceof AppError && error.code === 'PRECONDITION_FAILED') throw refuse('WRONG_STATE', field, { zh: '客户的数据已擦除，工单不能再写入文字。', en: 'The customer was erased; nothing can be written to this ticket any more.' });
    throw error;
  }
}

async function doStep(ctx: TicketsContext, tx: Tx, life: TicketLife, step: TicketStep, around: StepsAround): Promise<void> {
  const reason = ctx.locale === 'EN' ? `Macro: ${around.macro.name}` : `宏：${around.macro.name}`;
  const value = step.value ?? '';
  const refused = around.owners.get(step.place);
  requireRight(ctx, life, rightOf(step));
  if (refused) throw refused;
  switch (step.verb) {
    case 'TICKET_REPLY': return comment(ctx, tx, life, step, around, 'PUBLIC');
    case 'TICKET_COMMENT': return comment(ctx, tx, life, step, around, 'INTERNAL');
    case 'TICKET_ADD_TAG': return addTag(ctx, tx, life, value);
    case 'TICKET_SET_STATE': return move(ctx, tx, life, value as TicketState, reason);
    case 'TICKET_SET_PRIORITY': return void (await update(ctx, tx, life, { priority: value as Priority, reason }));
    case 'TICKET_SET_CATEGORY': return void (await update(ctx, tx, life, { category: value, reason }));
    case 'TICKET_ASSIGN_TEAM': return void (await update(ctx, tx, life, { teamId: value, reason }));
    case 'TICKET_ASSIGN': {
      const agentId = step.value ?? ctx.viewer.agentId;
      if (!agentId) throw refuse('NOT_AVAILABLE', null, { zh: '执行宏的不是客服，不能成为负责人。', en: 'Who runs this is no agent and cannot own a ticket.' });
      return void (await update(ctx, tx, life, { agentId, reason }));
    }
  }
}

function rightOf({ verb, value }: TicketStep): string {
  if (verb === 'TICKET_REPLY' || verb === 'TICKET_COMMENT') return 'comment:write';
  return verb === 'TICKET_SET_STATE' && (value === 'SOLVED' || value === 'CLOSED') ? 'ticket:solve' : 'ticket:write';
}

function requireRight(ctx: TicketsContext, { row }: TicketLife, permission: string): void {
  if (!ctx.viewer.covers(permission, belongings(row))) throw refuse('NOT_ALLOWED', null, { zh: '您无权对此工单做这一步。', en: 'Your role may not do this to the ticket.' });
}

async function comment(ctx: TicketsContext, tx: Tx, life: TicketLife, step: TicketStep, around: StepsAround, visibility: 'PUBLIC' | 'INTERNAL'): Promise<void> {
  const known = { ...step.values, ...around.values };
  const missing = variablesIn(step.value ?? '').filter((name) => known[name] == null).map((name) => `{{${name}}}`).join(', ');
  if (missing) throw refuse('INVALID', null, { zh: `这些变量没有值：${missing}。`, en: `No value for ${missing}.` });
  const said = { ticketId: life.row.id, clientCommentId: randomUUID(), visibility, text: textOf(step, around), lastSeenSeq: around.lastSeenSeq, confirm: around.isConfirmed };
  await sayComment(ctx, tx, life, checkComment(ctx, said));
}

async function addTag(ctx: TicketsContext, tx: Tx, life: TicketLife, tag: string): Promise<void> {
  const tags = life.row.tags ?? [];
  if (tags.includes(tag)) return;
  if (tags.length >= TAGS_MAX) throw refuse('TOO_MANY', null, { zh: `工单已有 ${TAGS_MAX} 个标签。`, en: `The ticket has ${TAGS_MAX} tags already.` });
  await update(ctx, tx, life, { tags: [...tags, tag] });
}

async function move(ctx: TicketsContext, tx: Tx, life: TicketLife, state: TicketState, reason: string): Promise<void> {
  if (state === 'SOLVED') await solve(life);
  else if (state === 'CLOSED') await close(life);
  else if (state === 'OPEN' && life.row.state === 'SOLVED') await reopen(life, reason);
  else await update(ctx, tx, life, { state, reason });
}
