export { rateOf } from './attainment.rules.ts';
export { readMissedTickets, readToday, type DayAttainment } from './read-attainment.ts';
export { slaHandlers } from './sla.events.ts';
export { slaResolvers } from './sla.resolvers.ts';
