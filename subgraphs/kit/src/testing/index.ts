export { EICAR, openClamd, type Clamd } from './clamd.ts';
export { createTestDatabase, loseTopic, testEngines, testKafka, testLogger, testPlanner, testPrefix, testRedisUrl, testShape } from './engines.ts';
export { agentIdentity, customerIdentity, type AgentOptions } from './identities.ts';
export { openMailServer, type MailServer } from './mail-server.ts';
export { ManualClock } from './manual-clock.ts';
export { type Answer } from './operations.ts';
export { type SubgraphFactory } from './network.ts';
export { openSlowLine, type SlowLine } from './slow-line.ts';
export { createTestWorld, type World, type WorldOptions } from './world.ts';
