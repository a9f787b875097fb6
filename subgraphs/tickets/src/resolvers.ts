import { attachmentResolvers } from './attachment/index.ts';
import { slaResolvers } from './sla/index.ts';
import { clockTicket, ticketResolvers } from './ticket/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...attachmentResolvers,
  ...slaResolvers,
  ...ticketResolvers,
  SlaClock: { ...slaResolvers.SlaClock, ...clockTicket },
  Query: { ...attachmentResolvers.Query, ...slaResolvers.Query, ...ticketResolvers.Query },
  Subscription: { ...slaResolvers.Subscription, ...ticketResolvers.Subscription },
  Mutation: { ...attachmentResolvers.Mutation, ...ticketResolvers.Mutation },
};
