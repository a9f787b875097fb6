import { buildSubgraphSchema } from '@apollo/subgraph';
import { subgraphSdl, type SubgraphName } from '@careline/schema';
import { isObjectType, parse, type GraphQLSchema } from 'graphql';
import { enforceAllow } from './allow.ts';
import { scalars } from './scalars.ts';

// Each module types its own arguments; the schema, not TypeScript, checks what arrives.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Resolvers = Record<string, any>;

/**
 * The executable schema of one subgraph, permission checks included. `sdl` stands in for the served one in tests.
 * Throws when a root field declares no permission or a resolver belongs to nothing in the schema.
 */
export function buildSubgraph(name: SubgraphName, resolvers: Resolvers, sdl = subgraphSdl(name)): GraphQLSchema {
  const typeDefs = parse(sdl);
  const bare = buildSubgraphSchema([{ typeDefs }]);
  refuseStrangers(bare, resolvers);
  const usedScalars = Object.fromEntries(Object.entries(scalars).filter(([scalar]) => bare.getType(scalar)));
  return enforceAllow(buildSubgraphSchema([{ typeDefs, resolvers: { ...usedScalars, ...resolvers } }]));
}

/** Root fields that nothing answers, e.g. `Query.customers`; a served schema has none. */
export function unansweredRoots(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter((field) => !field.name.startsWith('_') && field.extensions.isAnswered === false)
      .map((field) => `${root!.name}.${field.name}`));
}

function refuseStrangers(schema: GraphQLSchema, resolvers: Resolvers): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!type) throw new Error(`resolvers for ${typeName}, which the schema lacks`);
    if (!isObjectType(type)) continue;
    for (const field of Object.keys(fields)) {
      if (!field.startsWith('__') && !type.getFields()[field]) throw new Error(`a resolver for ${typeName}.${field}, which the schema lacks`);
    }
  }
}
