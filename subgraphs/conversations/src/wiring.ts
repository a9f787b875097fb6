import { channelById, channelByKey, channelCard, createDefaultChannel, readCard, readForm } from './channel/index.ts';
import { belongingsOfCustomers, conversationHooks, customersInReach, moveBack, moveConversations } from './conversation/index.ts';
import type { Ports } from './ports.ts';
import {
  createDefaultQueue, mayTake, onConversationAssigned, onConversationPrioritised, onConversationReleased, onConversationStarted, onPresenceGained,
  onPresenceLost, queueNames, queuesOfTeams,
} from './routing/index.ts';

/** Who answers what modules ask against the direction of imports. The one place that sees all modules at once. */
export const ports: Ports = {
  queuesOfTeams,
  channelByKey,
  channelById,
  belongingsOfCustomers,
  customersInReach,
  mayTake,
  onCustomersMerged: [(_ctx, tx, merge) => (merge.isUndone ? moveBack(tx, merge) : moveConversations(tx, merge))],
  onSetUp: [createDefaultQueue, createDefaultChannel],
  onPresenceLost: [onPresenceLost],
  onPresenceGained: [onPresenceGained],
};

// A module is loaded once in a process, and with it these hooks are hung in once.
conversationHooks.onConversationPrioritised(onConversationPrioritised);
conversationHooks.connect({ channels: { channel: channelCard, readForm, readCard }, queues: { queueNames } });
conversationHooks.onConversationStarted(onConversationStarted);
conversationHooks.onConversationAssigned(onConversationAssigned);
conversationHooks.onConversationReleased(onConversationReleased);
