import { payload } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { planMacroOnTicket, runMacroOnTicket, type PlanMacroOnTicket, type RunMacroOnTicket } from './run-macro-on-ticket.ts';

type Ctx = TicketsContext;

export const macroResolvers = {
  Query: { planMacroOnTicket: (_: unknown, args: PlanMacroOnTicket, ctx: Ctx) => planMacroOnTicket(ctx, args) },
  Mutation: {
    runMacroOnTicket: (_: unknown, { input }: { input: RunMacroOnTicket }, ctx: Ctx) => payload(ctx, async () => {
      await runMacroOnTicket(ctx, input);
      return { ticket: await ctx.loaders.ticket.load(input.ticketId) };
    }),
  },
};
