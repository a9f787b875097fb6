import { attachmentResolvers } from './attachment/index.ts';
import { jobResolvers } from './job/index.ts';
import { policyResolvers, slaResolvers } from './sla/index.ts';
import { clockTicket, ticketResolvers } from './ticket/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...attachmentResolvers,
  ...policyResolvers,
  ...slaResolvers,
  ...ticketResolvers,
  ...jobResolvers,
  SlaClock: { ...slaResolvers.SlaClock, ...clockTicket },
  SlaDryRunChange: { ...policyResolvers.SlaDryRunChange, ...clockTicket },
  Query: { ...attachmentResolvers.Query, ...slaResolvers.Query, ...policyResolvers.Query, ...ticketResolvers.Query, ...jobResolvers.Query },
  Subscription: { ...slaResolvers.Subscription, ...policyResolvers.Subscription, ...ticketResolvers.Subscription, ...jobResolvers.Subscription },
  Mutation: { ...policyResolvers.Mutation, ...attachmentResolvers.Mutation, ...ticketResolvers.Mutation, ...jobResolvers.Mutation },
};
