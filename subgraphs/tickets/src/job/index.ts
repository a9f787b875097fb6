export { jobJobs } from './job.jobs.ts';
export { jobResolvers } from './job.resolvers.ts';
export { handleExport } from './job.rest.ts';
