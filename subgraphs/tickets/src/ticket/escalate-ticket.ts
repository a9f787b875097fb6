import { ticketEscalated } from '@careline/schema/events';
import { withIdempotency } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { storeHandStep } from '../sla/index.ts';
import { requireTeamIds } from './teams.ts';
import { changeTicket } from './change-tickets.ts';

export interface EscalateTicket {
  ticketId: string;
  target: string;
  reason: string;
  idempotencyKey: string;
}

/** 升级: passes a ticket to a team above at once, beside the timed escalations. Returns the id of the escalation. */
export async function escalateTicket(ctx: TicketsContext, input: EscalateTicket): Promise<string> {
  const { ticketId, target } = input;
  const reason = input.reason.trim();
  if (!reason) throw refuse('REQUIRED', 'reason', { zh: '请说明为什么升级。', en: 'Say why it is escalated.' });
  if ([...reason].length > 500) throw refuse('TOO_LONG', 'reason', { zh: '原因最多 500 个字符。', en: 'A reason has at most 500 characters.' });
  ctx.viewer.require('ticket:escalate');
  if (!(await requireTeamIds(ctx)).has(target)) throw refuse('NOT_FOUND', 'target', { zh: `没有键为 ${target} 的客服组。`, en: `No team has the key ${target}.` });
  const { identity } = ctx.viewer;
  return changeTicket(ctx, ticketId, 'ticket:escalate', async (life, tx) => {
    const call = { scope: `${identity!.agentId ?? identity!.id}:escalateTicket`, key: input.idempotencyKey, input: { ticketId, target, reason } };
    const { result } = await withIdempotency(tx, call, async () => {
      if (life.row.state === 'SOLVED' || life.row.state === 'CLOSED') throw refuse('WRONG_STATE', null, { zh: '工单已解决，不能升级。', en: 'The ticket is solved and cannot be escalated.' });
      life.escalateTo(target);
      const entry = await life.add('ESCALATED', { target: null, teamKey: target, afterSeconds: null }, { reason });
      const escalationId = await storeHandStep(tx, { ticketId, teamKey: target, at: life.now, actorKind: entry.actorKind, actorId: entry.actorId });
      life.announce((facts, by) => ticketEscalated.make(ticketId, { ...facts, escalationId, target: null, teamKey: target, latenessMs: null, by }));
      return { escalationId };
    });
    return result.escalationId;
  });
}
