import type { Ports } from './ports.ts';

/**
 * Who answers which port. The one place that sees all modules at once: add here what `ports.ts` asks
 * for, e.g. `queuesOfTeams` from routing, `channelByKey` from channel, `onSetUp: [createDefaults]`.
 */
export const ports: Ports = {
  queuesOfTeams: async () => [],
  channelByKey: async () => null,
  channelById: async () => null,
  belongingsOfCustomers: async () => new Map(),
  customersInReach: () => ({ sql: '1 = 0', params: [] }),
  mayTake: async (_ctx, _conversationId, agentIds) => new Set(agentIds),
  onSetUp: [],
  onPresenceLost: [],
  onPresenceGained: [],
};
