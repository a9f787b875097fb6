// The front door of the customer module: what the rest of the subgraph may use.
export { clearNameOf, customerOf, customersByIds, displayNameOf, keyOfCustomer } from './customer.facts.ts';
export { familiesOf, familyOf, survivorOf, survivorsOf } from './customer.family.ts';
export { customerKeys, customerLabels } from './customer-labels.ts';
export { customerLoaders } from './customer.loaders.ts';
export { readCustomer } from './customer.scope.ts';
export type { CustomerRow } from './customer.store.ts';
export { touchVisits, visitorIdentity } from './visitor-identity.ts';
