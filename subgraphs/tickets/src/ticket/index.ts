export { ticketLoaders, type TicketLoaders } from './ticket.loaders.ts';
export { ticketResolvers } from './ticket.resolvers.ts';
