import { auditResolvers } from './audit/index.ts';
import { workloadResolvers } from './workload/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...auditResolvers,
  ...workloadResolvers,
  Query: { ...auditResolvers.Query, ...workloadResolvers.Query },
};
