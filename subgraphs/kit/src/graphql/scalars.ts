import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const invalid = (what: string) => new GraphQLError(`This is not ${what}.`);

function textLiteral(node: ValueNode, what: string): string {
  if (node.kind !== Kind.STRING) throw invalid(what);
  return node.value;
}

function toInstant(value: unknown): number {
  const ms = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid('an instant of RFC 3339 with a zone, such as 2026-11-23T06:26:00.000Z');
  return ms;
}

function fromInstant(value: unknown): string {
  const at = value instanceof Date ? value : new Date(value as number | string);
  return at.toISOString();
}

function toDay(value: unknown): string {
  const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const at = isDay ? new Date(`${value}T00:00:00Z`) : null;
  // A day such as 2026-02-30 rolls over instead of failing.
  if (!at || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value) throw invalid('a day such as 2026-11-23');
  return value as string;
}

function toUrl(value: unknown): string {
  if (typeof value !== 'string' || !URL.canParse(value)) throw invalid('an absolute URL');
  return value;
}

/** Resolvers of the scalars of the shared schema: instants are milliseconds inside, RFC 3339 outside. */
export const scalars: Record<string, GraphQLScalarType> = {
  DateTime: new GraphQLScalarType<number, string>({
    name: 'DateTime', serialize: fromInstant, parseValue: toInstant,
    parseLiteral: (node) => toInstant(textLiteral(node, 'an instant')),
  }),
  Date: new GraphQLScalarType<string, string>({
    name: 'Date', serialize: toDay, parseValue: toDay, parseLiteral: (node) => toDay(textLiteral(node, 'a day')),
  }),
  URL: new GraphQLScalarType<string, string>({
    name: 'URL', serialize: String, parseValue: toUrl, parseLiteral: (node) => toUrl(textLiteral(node, 'an absolute URL')),
  }),
  JSON: new GraphQLScalarType({
    name: 'JSON', serialize: (value) => value, parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  }),
};
