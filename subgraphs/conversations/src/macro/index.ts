// The front door of the macro module: what the rest of the subgraph may use.
export { macroHandlers } from './macro.events.ts';
export { macroNodes, macroResolvers } from './macro.resolvers.ts';
