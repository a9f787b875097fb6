import type { TicketsContext } from '../context.ts';
import { activateDue, endRetargeting, versionToRetarget } from '../sla/index.ts';
import { openTicketIds } from './life.store.ts';
import { changeTicket } from './ticket-life.ts';

const BATCH = 200;

/** Puts planned versions in force, then counts open tickets anew where one that came into force asks for it. */
export async function retargetTickets(ctx: TicketsContext): Promise<void> {
  await activateDue(ctx);
  const version = await versionToRetarget(ctx.db);
  if (!version) return;
  for (let after: string | null = null, isMore = true; isMore;) {
    const ids: string[] = await openTicketIds(ctx.db, after, BATCH);
    for (const id of ids) await retarget(ctx, id);
    after = ids.at(-1) ?? after;
    isMore = ids.length === BATCH;
  }
  await ctx.db.transaction((tx) => endRetargeting(tx, version.id));
}

/** Counts the clocks of these tickets anew. Returns of how many the promise is another one now. */
export async function retargetSome(ctx: TicketsContext, ticketIds: readonly string[]): Promise<number> {
  let count = 0;
  for (const id of ticketIds) count += (await retarget(ctx, id)) ? 1 : 0;
  return count;
}

/** The running clocks of a ticket under the policy and hours in force now, from their own start; nothing happens when they are the same. */
async function retarget(ctx: TicketsContext, ticketId: string): Promise<boolean> {
  return changeTicket(ctx, ticketId, null, async (life) => {
    const terms = await life.chooseTerms();
    if (life.row.isOver || JSON.stringify(terms.ref) === JSON.stringify(life.terms)) return false;
    await life.add('CHANGED', { field: 'sla', from: null, to: null }, { terms, isSystem: true });
    return true;
  });
}
