import { isEnumType, isInputObjectType, isInterfaceType, isLeafType, isListType, isNonNullType, isObjectType, type GraphQLField, type GraphQLInputType, type GraphQLOutputType } from 'graphql';

const SCALARS: Record<string, unknown> = {
  ID: 'cnv_01jd0000000000000000000000', String: 'x', Int: 1, Float: 1, Boolean: true,
  DateTime: '2026-11-23T01:00:00.000Z', Date: '2026-11-23', Duration: 'PT1M', URL: 'https://example.com/', JSON: {},
};

/** A value that fits the type, of no meaning; optional input fields are left out. */
function dummyValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return dummyValue(type.ofType as GraphQLInputType);
  if (isListType(type)) return [dummyValue(type.ofType as GraphQLInputType)];
  if (isEnumType(type)) return type.getValues()[0]!.value;
  if (isInputObjectType(type)) {
    return Object.fromEntries(Object.values(type.getFields()).filter((field) => isNonNullType(field.type)).map((field) => [field.name, dummyValue(field.type)]));
  }
  return SCALARS[type.name] ?? 'x';
}

function leafSelection(type: GraphQLOutputType): string {
  if (isNonNullType(type) || isListType(type)) return leafSelection(type.ofType as GraphQLOutputType);
  return isLeafType(type) ? '' : isObjectType(type) || isInterfaceType(type) ? ' { __typename }' : '';
}

export interface DummyOperation {
  document: string;
  variables: Record<string, unknown>;
}

/** An operation that calls one root field with arguments that fit and mean nothing. */
export function dummyOperation(kind: 'query' | 'mutation' | 'subscription', field: GraphQLField<unknown, unknown>): DummyOperation {
  const isPaged = field.args.some((arg) => arg.name === 'first');
  const args = field.args.filter((arg) => isNonNullType(arg.type) || (isPaged && arg.name === 'first'));
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return {
    document: `${kind} ${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`}${leafSelection(field.type)} }`,
    variables: Object.fromEntries(args.map((arg) => [arg.name, dummyValue(arg.type)])),
  };
}
