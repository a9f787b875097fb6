export { ListTail } from './list-tail.ts';
export { clockTicket } from './entry.resolvers.ts';
export { ticketHandlers } from './ticket.events.ts';
export { ticketJobs } from './ticket.jobs.ts';
export { ticketLoaders, type TicketLoaders } from './ticket.loaders.ts';
export { ticketResolvers } from './ticket.resolvers.ts';
export { handleCreateTicket } from './ticket.rest.ts';
export { teamIds } from './teams.ts';
