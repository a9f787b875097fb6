export type { Bus, Delivery, Subscription } from './bus.ts';
export { startConsumers, type ConsumersOptions } from './consumers.ts';
export { on, onMany, type Handler } from './handlers.ts';
export { appendEvent, appendEvents } from './outbox.ts';
export { createBus, type BusOptions } from './redis-bus.ts';
export { startRelay, type RelayOptions } from './relay.ts';
export type { Envelope, EventDefinition, EventDraft } from '@careline/schema/events';
