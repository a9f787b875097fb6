import type { TicketsContext } from '../context.ts';
import { activateDue, clocksUnderOlderHours, endHoursRetargeting, endRetargeting, hoursToRetarget, isSameTerms, openConversationIds, retargetConversation, takeInConversations, versionToRetarget, type TermsRef } from '../sla/index.ts';
import { openTicketIds } from './life.store.ts';
import { changeTicket } from './change-tickets.ts';
import type { TicketLife } from './ticket-life.ts';

const BATCH = 200;

type Choose = (life: TicketLife) => Promise<{ ref: TermsRef | null }>;

/** Puts planned versions in force, then counts open tickets and conversations anew where a version that came into force, or corrected hours, ask for it. */
export async function retargetTickets(ctx: TicketsContext): Promise<void> {
  await activateDue(ctx);
  const version = await versionToRetarget(ctx.db, ctx.clock.now());
  if (version && (await areFollowed(ctx, version))) {
    await inPages((after) => openTicketIds(ctx.db, after, BATCH), (id) => id, (id) => retarget(ctx, id, (life) => life.chooseTerms()));
    await inPages((after) => openConversationIds(ctx, after, BATCH), (id) => id, (id) => logged(ctx, { conversationId: id }, () => retargetConversation(ctx, id, null)));
    await ctx.db.transaction((tx) => endRetargeting(tx, version.id));
  }
  const hours = await hoursToRetarget(ctx.db);
  if (!hours) return;
  // The policy stays the one the clock began under: only what hours count by it is corrected.
  const correct = (terms: TermsRef | null) => (terms?.hoursId === hours.id ? { ...terms, hoursVersion: hours.version } : terms);
  await inPages((after) => clocksUnderOlderHours(ctx.db, hours, after, BATCH), ({ id }) => id, ({ ticketId, conversationId }) =>
    (ticketId ? retarget(ctx, ticketId, async ({ terms }) => ({ ref: correct(terms) })) : logged(ctx, { conversationId }, () => retargetConversation(ctx, conversationId!, correct))));
  await ctx.db.transaction((tx) => endHoursRetargeting(tx, hours));
}

/** Whether every open conversation is followed, where the version promises conversations anything. Until it is nothing is counted anew. */
async function areFollowed(ctx: TicketsContext, { policies }: { policies: readonly { subject?: string }[] }): Promise<boolean> {
  if (!policies.some(({ subject }) => subject === 'CONVERSATION')) return true;
  try {
    return await takeInConversations(ctx);
  } catch (error) {
    ctx.log.warn({ err: error }, 'open conversations could not be taken in');
    return false;
  }
}

async function inPages<Item>(read: (after: string | null) => Promise<Item[]>, idOf: (item: Item) => string, work: (item: Item) => Promise<void>): Promise<void> {
  for (let after: string | null = null, isMore = true; isMore;) {
    const items = await read(after);
    for (const item of items) await work(item);
    const last = items.at(-1);
    after = last ? idOf(last) : after;
    isMore = items.length === BATCH;
  }
}

/** The running clocks of a ticket under other terms, from their own start; nothing happens when they are the same. One that cannot be read keeps no other waiting. */
function retarget(ctx: TicketsContext, ticketId: string, choose: Choose): Promise<void> {
  return logged(ctx, { ticketId }, () => changeTicket(ctx, ticketId, null, async (life) => {
    const terms = await choose(life);
    if (life.row.isOver || isSameTerms(terms.ref, life.terms)) return;
    await life.add('CHANGED', { field: 'sla', from: null, to: null }, { terms, isSystem: true });
  }));
}

async function logged(ctx: TicketsContext, about: object, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ctx.log.error({ err: error, ...about }, 'clocks could not be counted anew');
  }
}
