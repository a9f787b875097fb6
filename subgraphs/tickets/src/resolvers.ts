import { attachmentResolvers } from './attachment/index.ts';
import { automationResolvers } from './automation/index.ts';
import { jobResolvers } from './job/index.ts';
import { macroResolvers } from './macro/index.ts';
import { policyResolvers, slaResolvers } from './sla/index.ts';
import { clockSubject, clockTicket, ticketResolvers } from './ticket/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...attachmentResolvers,
  ...automationResolvers,
  ...policyResolvers,
  ...slaResolvers,
  ...ticketResolvers,
  ...jobResolvers,
  SlaClock: { ...slaResolvers.SlaClock, ...clockSubject },
  SlaDryRunChange: { ...policyResolvers.SlaDryRunChange, ...clockTicket },
  Query: { ...attachmentResolvers.Query, ...automationResolvers.Query, ...slaResolvers.Query, ...policyResolvers.Query, ...ticketResolvers.Query, ...jobResolvers.Query, ...macroResolvers.Query },
  Subscription: { ...automationResolvers.Subscription, ...slaResolvers.Subscription, ...policyResolvers.Subscription, ...ticketResolvers.Subscription, ...jobResolvers.Subscription },
  Mutation: { ...automationResolvers.Mutation, ...policyResolvers.Mutation, ...attachmentResolvers.Mutation, ...ticketResolvers.Mutation, ...jobResolvers.Mutation, ...macroResolvers.Mutation },
};
