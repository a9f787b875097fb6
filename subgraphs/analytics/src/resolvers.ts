import { alertResolvers } from './alert/index.ts';
import { auditResolvers } from './audit/index.ts';
import { slaResolvers } from './sla/index.ts';
import { workloadResolvers } from './workload/index.ts';

/** Every resolver of this subgraph, module by module. */
export const resolvers = {
  ...alertResolvers,
  ...auditResolvers,
  ...slaResolvers,
  ...workloadResolvers,
  Query: { ...alertResolvers.Query, ...auditResolvers.Query, ...slaResolvers.Query, ...workloadResolvers.Query },
};
