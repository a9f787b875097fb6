import { buildSubgraphSchema } from '@apollo/subgraph';
import { subgraphSdl, type SubgraphName } from '@careline/schema';
import { Kind, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
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
  refuseStrangers(typeDefs, resolvers);
  const usedScalars = Object.fromEntries(typeDefs.definitions.flatMap((one) => (one.kind === Kind.SCALAR_TYPE_DEFINITION && scalars[one.name.value] ? [[one.name.value, scalars[one.name.value]]] : [])));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...usedScalars, ...resolvers } }]);
  enforceAllow(schema);
  return schema;
}

/** Root fields that nothing answers, e.g. `Query.customers`; a served schema has none. */
export function unansweredRoots(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter((field) => !field.name.startsWith('_') && field.extensions.isAnswered === false)
      .map((field) => `${root!.name}.${field.name}`));
}

function refuseStrangers({ definitions }: DocumentNode, resolvers: Resolvers): void {
  const named = definitions.flatMap((one) => ('name' in one && one.name ? [{ name: one.name.value, definition: one }] : []));
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const parts = named.filter(({ name }) => name === typeName);
    if (parts.length === 0) throw new Error(`resolvers for ${typeName}, which the schema lacks`);
    const known = new Set(parts.flatMap(({ definition }) => ('fields' in definition ? (definition.fields ?? []).map((field) => field.name.value) : [])));
    if (known.size === 0) continue;
    for (const field of Object.keys(fields)) {
      if (!field.startsWith('__') && !known.has(field)) throw new Error(`a resolver for ${typeName}.${field}, which the schema lacks`);
    }
  }
}
