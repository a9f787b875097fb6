export { jobJobs } from './job.jobs.ts';
export { jobResolvers } from './job.resolvers.ts';
