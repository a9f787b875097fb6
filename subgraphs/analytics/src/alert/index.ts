export { alertJobs } from './alert.jobs.ts';
export { alertResolvers } from './alert.resolvers.ts';
