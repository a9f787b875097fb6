export { openTeamDirectory, type TeamDirectory } from './directory.ts';
export { workloadHandlers } from './workload.events.ts';
export { workloadResolvers } from './workload.resolvers.ts';
