export { clockTicket } from './entry.resolvers.ts';
export { ticketJobs } from './ticket.jobs.ts';
export { ticketLoaders, type TicketLoaders } from './ticket.loaders.ts';
export { ticketResolvers } from './ticket.resolvers.ts';
export { handleCreateTicket } from './ticket.rest.ts';
export { teamIds } from './teams.ts';
