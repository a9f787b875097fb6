// The front door of the agent module: what the rest of the subgraph may use.
export { agentsByIds, allTeamIds, idleOwners, membershipsOf, membersOf, onlineAgents, presencesOf, publicNameOf, teamsByIds, teamsByKeys } from './agent.facts.ts';
export { agentLoaders } from './agent.loaders.ts';
export type { Reach } from './agent.rules.ts';
export type { AgentRow, TeamRow } from './agent.store.ts';
export type { Grants, Presence } from './agent.tables.ts';
export { keepBuiltInRoles } from './built-in-roles.ts';
export { identityOfAgent, readIdentity, reachOfAgents } from './identity.ts';
export { organisationOf, type Organisation } from './organisation.ts';
export { announceSetUp, setUpCode } from './set-up.ts';
