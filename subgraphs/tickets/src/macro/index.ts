// The front door of the macro module: what the rest of the subgraph may use.
export { macroResolvers } from './macro.resolvers.ts';
