import { getDirective } from '@graphql-tools/utils';
import { defaultFieldResolver, isListType, isNonNullType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { BaseContext } from './subgraph.ts';

type Field = GraphQLField<unknown, BaseContext>;

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * Puts the permission check that the schema declares in front of every resolver of it.
 *
 * Root fields throw UNAUTHENTICATED or FORBIDDEN; `@allow` on another field gives null
 * (or an empty list) to who lacks it. Scope OBJECT and LIST are narrowed further by the verb,
 * which alone knows the object. A root field that declares nothing stops the start.
 */
export function enforceAllow(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const allow = getDirective(schema, field, 'allow')?.[0] as { permission: string; scope: string } | undefined;
      if (ROOTS.has(type.name) && !field.name.startsWith('_')) {
        const isOpen = getDirective(schema, field, 'public') !== undefined;
        if (!allow === !isOpen) throw new Error(`${type.name}.${field.name} declares neither or both of @allow and @public`);
        field.extensions = { ...field.extensions, isAnswered: Boolean(field.resolve ?? field.subscribe) };
        if (allow) guardRoot(field, allow);
      } else if (allow) guardField(field, allow.permission);
    }
  }
}

function guardRoot(field: Field, allow: { permission: string; scope: string }): void {
  const check = (context: BaseContext) => {
    if (allow.scope === 'ALL') context.viewer.requireAll(allow.permission);
    else context.viewer.require(allow.permission);
  };
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (subscribe) field.subscribe = (source, args, context, info) => (check(context), subscribe(source, args, context, info));
  else field.resolve = (source, args, context, info) => (check(context), resolve(source, args, context, info));
}

function guardField(field: Field, permission: string): void {
  const { resolve = defaultFieldResolver } = field;
  const isList = isNonNullType(field.type) && isListType(field.type.ofType);
  field.resolve = (source, args, context, info) => (context.viewer.scopeOf(permission) ? resolve(source, args, context, info) : isList ? [] : null);
}
