import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, isListType, isNonNullType, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql';
import type { BaseContext } from './subgraph.ts';

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * Puts the permission check that the schema declares in front of every resolver.
 *
 * Root fields throw UNAUTHENTICATED or FORBIDDEN; `@allow` on another field gives null
 * (or an empty list) to who lacks it. Scope OBJECT and LIST are narrowed further by the verb,
 * which alone knows the object. A root field that declares nothing stops the start.
 */
export function enforceAllow(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: GraphQLFieldConfig<unknown, BaseContext>, fieldName: string, typeName: string) => {
      const allow = getDirective(schema, config, 'allow')?.[0] as { permission: string; scope: string } | undefined;
      const isOpen = getDirective(schema, config, 'public') !== undefined;
      if (ROOTS.has(typeName) && !fieldName.startsWith('_')) {
        if (!allow === !isOpen) throw new Error(`${typeName}.${fieldName} declares neither or both of @allow and @public`);
        const answered = { ...config, extensions: { ...config.extensions, isAnswered: Boolean(config.resolve ?? config.subscribe) } };
        return allow ? guardRoot(answered, allow) : answered;
      }
      return allow ? guardField(config, allow.permission) : config;
    },
  });
}

function guardRoot(config: GraphQLFieldConfig<unknown, BaseContext>, allow: { permission: string; scope: string }) {
  const check = (context: BaseContext) => {
    if (allow.scope === 'ALL') context.viewer.requireAll(allow.permission);
    else context.viewer.require(allow.permission);
  };
  const { resolve = defaultFieldResolver, subscribe } = config;
  return {
    ...config,
    ...(subscribe
      ? { resolve, subscribe: (source: unknown, args: unknown, context: BaseContext, info: never) => (check(context), subscribe(source, args as never, context, info)) }
      : { resolve: (source: unknown, args: unknown, context: BaseContext, info: never) => (check(context), resolve(source, args as never, context, info)) }),
  } as GraphQLFieldConfig<unknown, BaseContext>;
}

function guardField(config: GraphQLFieldConfig<unknown, BaseContext>, permission: string) {
  const { resolve = defaultFieldResolver } = config;
  const isList = isNonNullType(config.type) && isListType(config.type.ofType);
  return {
    ...config,
    resolve: (source: unknown, args: unknown, context: BaseContext, info: never) =>
      context.viewer.scopeOf(permission) ? resolve(source, args as never, context, info) : isList ? [] : null,
  } as GraphQLFieldConfig<unknown, BaseContext>;
}
