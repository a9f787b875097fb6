export { enforceAllow } from './allow.ts';
export { type BaseContext, type HealthReport, type RequestFacts, type Subgraph } from './subgraph.ts';
