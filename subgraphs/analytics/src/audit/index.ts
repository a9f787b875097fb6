export { auditHandlers } from './audit.events.ts';
export { auditResolvers } from './audit.resolvers.ts';
