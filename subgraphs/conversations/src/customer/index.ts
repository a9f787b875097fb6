// The front door of the customer module: what the rest of the subgraph may use.
export { clearNameOf, customerOf, customersByIds, displayNameOf, keyOfCustomer } from './customer.facts.ts';
export { familiesOf, familyOf, survivorOf, survivorsOf } from './customer.family.ts';
export { addEntries } from './add-entry.ts';
export { customerKeys, customerLabels } from './customer-labels.ts';
export { customerLoaders } from './customer.loaders.ts';
export { readCustomer } from './customer.scope.ts';
export type { CustomerRow } from './customer.store.ts';
export { rewriteTimeline, waitingRebuilds } from './rewrite-timeline.ts';
export { tellLine, tellTicketEntry, TOLD_LINES, type Told, type ToldLine, type ToldTicketEntry } from './timeline.rules.ts';
export { touchVisits, visitorIdentity } from './visitor-identity.ts';
