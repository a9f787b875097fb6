import { attachmentResolvers } from './attachment/index.ts';
import { ticketResolvers } from './ticket/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...attachmentResolvers,
  ...ticketResolvers,
  Query: { ...attachmentResolvers.Query, ...ticketResolvers.Query },
  Mutation: { ...attachmentResolvers.Mutation, ...ticketResolvers.Mutation },
};
