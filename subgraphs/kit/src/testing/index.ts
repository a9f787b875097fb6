export { createTestDatabase, testEngines, testLogger, testPrefix, testRedisUrl } from './engines.ts';
export { agentIdentity, customerIdentity, type AgentOptions } from './identities.ts';
export { ManualClock } from './manual-clock.ts';
export { type Answer } from './operations.ts';
export { createTestWorld, type SubgraphFactory, type World, type WorldOptions } from './world.ts';
