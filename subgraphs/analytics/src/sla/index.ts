export { rateOf } from './attainment.rules.ts';
export { readMissed, readToday, type DayAttainment } from './read-attainment.ts';
export { slaHandlers } from './sla.events.ts';
export { slaResolvers } from './sla.resolvers.ts';
export type { SlaSubject } from './sla.tables.ts';
