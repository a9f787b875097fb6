import { parseId, takenBack, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, Refusal, refuse, say } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { macroRunOnTicket } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { aroundOf, readTicket, TicketLife, type OpenTicket } from '../ticket/index.ts';
import { askMacro, type Macro } from './ask-macro.ts';
import { refusedOwners, runStep, textOf, type StepsAround } from './run-steps.ts';

export interface RunMacroOnTicket {
  macroId: string;
  ticketId: string;
  conversationId?: string | null;
  lastSeenSeq: number;
  confirm?: boolean | null;
  expectedVersion?: number | null;
  idempotencyKey: string;
}

export interface PlanMacroOnTicket {
  macroId: string;
  ticketId: string;
  conversationId?: string | null;
}

export interface PlannedStep {
  place: number;
  label: string | null;
  problem: string | null;
}

/**
 * Does all steps of a macro on a ticket in one transaction, or none; the same key once. Who runs it acts, with the rights one
 * has by hand. Throws NOT_FOUND for a macro or ticket out of sight; refuses WRONG_STATE for a macro out of use, INVALID for one
 * without such steps, STALE_VERSION for one that is no more what the caller saw, and what a step refuses, under its place.
 */
export async function runMacroOnTicket(ctx: TicketsContext, input: RunMacroOnTicket): Promise<string> {
  ctx.viewer.require('macro:run');
  const work = await prepare(ctx, input);
  const around = await aroundOf(ctx);
  const call = { scope: `${ctx.viewer.identity!.id} runMacroOnTicket`, key: input.idempotencyKey, input };
  await ctx.db.transaction((tx) => withIdempotency(tx, call, async () => {
    // Only here: a macro that gave the ticket away is repeated by who does not see it any more.
    if (!work) throw appError('NOT_FOUND');
    checkMacro(work.macro, input);
    const life = await TicketLife.open(ctx, tx, input.ticketId, 'ticket:read', around);
    const steps = { ...work, lastSeenSeq: input.lastSeenSeq, isConfirmed: input.confirm ?? false };
    for (const step of work.macro.steps) await runStep(ctx, tx, life, step, steps);
    await life.save();
    // Where its part on the conversation is run too, that one is counted.
    if (!work.macro.hasTalk || input.conversationId == null) await appendEvent(tx, macroRunOnTicket.make(work.macro.id, { macroId: work.macro.id, ticketId: input.ticketId }), life.now);
    return { ticketId: input.ticketId };
  }));
  return input.ticketId;
}

/**
 * What a macro would do to a ticket now; null when the caller may not see one of them. The very steps are done to a ticket that
 * is only looked at: nothing is locked or saved. What a step stores by itself, a first key of its customer, is taken back.
 */
export async function planMacroOnTicket(ctx: TicketsContext, input: PlanMacroOnTicket): Promise<PlannedStep[] | null> {
  const work = await prepare(ctx, input);
  if (!work) return null;
  const around = await aroundOf(ctx);
  const problems = await takenBack(ctx.db, (tx) => tryAll(ctx, tx, input.ticketId, work, around));
  return work.macro.steps.map((step) => {
    const isText = step.verb === 'TICKET_REPLY' || step.verb === 'TICKET_COMMENT';
    const label = isText ? textOf(step, work) : step.verb === 'TICKET_ASSIGN' && step.value === null ? ctx.viewer.identity!.name : step.label;
    const problem = problems.get(step.place);
    return { place: step.place, label, problem: problem ? say(problem.words, ctx.locale) : null };
  });
}

type Work = Pick<StepsAround, 'macro' | 'values' | 'owners'>;

/** All that the steps must know, read before a transaction begins; null without ticket or macro in sight. */
async function prepare(ctx: TicketsContext, { macroId, ticketId, conversationId }: PlanMacroOnTicket): Promise<Work | null> {
  const ticket = parseId('tkt', ticketId) ? await readTicket(ctx, { id: ticketId }) : null;
  const macro = ticket && await askMacro(ctx, macroId, { conversationId: conversationId ?? null, customerId: ticket.customerId });
  return macro && { macro, values: valuesOf(ticket), owners: await refusedOwners(ctx, macro) };
}

const valuesOf = ({ number, subject }: OpenTicket) => ({ 'ticket.number': String(number), 'ticket.subject': subject });

function checkMacro({ isRetired, version, steps }: Macro, { expectedVersion }: RunMacroOnTicket): void {
  if (isRetired) throw refuse('WRONG_STATE', 'macroId', { zh: '这个宏已下线。', en: 'This macro is out of use.' });
  if (expectedVersion != null && expectedVersion !== version) throw refuse('STALE_VERSION', 'expectedVersion', { zh: '宏已被修改，请重新查看步骤。', en: 'The macro was changed meanwhile. Look at its steps again.' });
  if (steps.length === 0) throw refuse('INVALID', 'macroId', { zh: '这个宏没有工单步骤。', en: 'This macro has no step on a ticket.' });
}

async function tryAll(ctx: TicketsContext, tx: Tx, ticketId: string, work: Work, around: Awaited<ReturnType<typeof aroundOf>>): Promise<Map<number, Refusal>> {
  const life = await TicketLife.look(ctx, tx, ticketId, 'ticket:read', around);
  const problems = new Map<number, Refusal>();
  for (const step of work.macro.steps) {
    try {
      // The plan says what is in the way for good; whether somebody wrote meanwhile is asked when it runs.
      await runStep(ctx, tx, life, step, { ...work, lastSeenSeq: life.row.lastSeq, isConfirmed: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.set(step.place, error);
    }
  }
  return problems;
}
