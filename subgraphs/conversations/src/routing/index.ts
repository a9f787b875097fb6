// The front door of the routing module: what the rest of the subgraph may use.
export { redecide } from './decision.rules.ts';
export { findOpening, type Opening } from './find-crew.ts';
export { INITIAL_RULES } from './queue.rules.ts';
export { selectQueueByKey as queueByKey, selectQueuesOfTeams as queuesOfTeams, type QueueRow } from './queue.store.ts';
export { onConversationAssigned, onConversationPrioritised, onConversationReleased, onPresenceGained, onPresenceLost } from './routing.hooks.ts';
export { routingHandlers } from './routing.events.ts';
export { routingJobs } from './routing.jobs.ts';
export { routingPart, type RoutingPart } from './routing.part.ts';
export { defaultQueue, mayTake, queueNames } from './routing.ports.ts';
export { routingNodes, routingResolvers } from './routing.resolvers.ts';
export { onConversationStarted, routeConversation } from './route-conversation.ts';
export { saveQueue } from './save-queue.ts';
export { createDefaultQueue } from './set-up.ts';
