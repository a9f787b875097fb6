import type { Tx } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { ClockSet, chooseTerms, insertClocks, insertSteps, NO_DUE, type ClockRow, type PolicyInForce, type StepRow } from '../sla/index.ts';
import { slaFactsOf } from './life.rules.ts';
import { policyFacts } from './ticket.rules.ts';
import type { NewTicket } from './ticket.store.ts';

/** Chooses for each new ticket the policy that holds and notes it on its first entry: terms hold from the creation on. */
async function chooseFirstTerms(ctx: TicketsContext, made: readonly NewTicket[], inForce: readonly PolicyInForce[]): Promise<void> {
  const categories = await ctx.loaders.categories();
  for (const { ticket, entries } of made) {
    const ref = chooseTerms(inForce, policyFacts(ticket), categories);
    Object.assign(entries[0]!, { terms: { ref }, facts: { ...entries[0]!.facts, isTimed: ref !== null } });
  }
}

/** Starts the clocks of new tickets and says on each when the first runs out. `insert` stores them, in the transaction of the tickets: no ticket is ever seen without its clocks. */
export async function startClocks(ctx: TicketsContext, tx: Tx, made: readonly NewTicket[], inForce: readonly PolicyInForce[]): Promise<{ insert(): Promise<void> }> {
  await chooseFirstTerms(ctx, made, inForce);
  const clocks: ClockRow[] = [];
  const steps: StepRow[] = [];
  for (const { ticket, entries } of made) {
    const [created] = slaFactsOf({ ...entries[0]!, visibility: null });
    const { at } = created!;
    const owner = { ticketId: ticket.id, conversationId: null, priority: ticket.priority, agentId: ticket.agentId ?? null, creatorAgentId: ticket.creatorAgentId ?? null, queueId: ticket.queueId ?? null, teamId: ticket.teamId ?? null };
    const set = await ClockSet.begin(tx, owner, created!);
    set.settle(at);
    ticket.nextDueAt = set.next?.dueAt ?? NO_DUE;
    clocks.push(...set.made.clocks);
    steps.push(...set.made.steps);
  }
  return {
    async insert() {
      await insertClocks(tx, clocks.map(({ isGoing: _generated, ...row }) => row));
      await insertSteps(tx, steps);
    },
  };
}
