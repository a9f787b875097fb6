export { automationHandlers } from './automation.events.ts';
export { automationJobs } from './automation.jobs.ts';
export { automationLoaders, type AutomationLoaders } from './automation.loaders.ts';
export { automationResolvers } from './automation.resolvers.ts';
