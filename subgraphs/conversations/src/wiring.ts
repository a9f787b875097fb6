import { channelById, channelByKey, channelCard, createDefaultChannel, readForm } from './channel/index.ts';
import { conversationHooks } from './conversation/index.ts';
import type { Ports } from './ports.ts';
import {
  createDefaultQueue, mayTake, onConversationAssigned, onConversationReleased, onConversationStarted, onPresenceGained, onPresenceLost, queueNames,
  queuesOfTeams,
} from './routing/index.ts';

/**
 * Who answers which port. The one place that sees all modules at once: add here what `ports.ts` asks
 * for, e.g. `queuesOfTeams` from routing, `channelByKey` from channel, `onSetUp: [createDefaults]`.
 */
export const ports: Ports = {
  queuesOfTeams,
  channelByKey,
  channelById,
  belongingsOfCustomers: async () => new Map(),
  customersInReach: () => ({ sql: '1 = 0', params: [] }),
  mayTake,
  onSetUp: [createDefaultQueue, createDefaultChannel],
  onPresenceLost: [onPresenceLost],
  onPresenceGained: [onPresenceGained],
};

conversationHooks.onConversationStarted(onConversationStarted);
conversationHooks.onConversationAssigned(onConversationAssigned);
conversationHooks.onConversationReleased(onConversationReleased);
conversationHooks.connect({ channels: { channel: channelCard, readForm }, queues: { queueNames } });
