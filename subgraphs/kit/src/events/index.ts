export type { Bus, Delivery, Subscription } from './bus.ts';
export { startConsumers, type ConsumersOptions } from './consumers.ts';
export { createBus, type BusOptions } from './create-bus.ts';
export { on, onMany, type Handler } from './handlers.ts';
export { kafkaFrom, kafkaName, kafkaShape, loadKafka, withKafka, type KafkaAddress } from './kafka-address.ts';
export { appendEvent, appendEvents } from './outbox.ts';
export { startRelay, type RelayOptions } from './relay.ts';
export type { Envelope, EventDefinition, EventDraft } from '@careline/schema/events';
