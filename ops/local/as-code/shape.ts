import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType } from 'graphql';
import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';

/** What a part of a file looks like. What has a `fallback` may be left out, and is when it holds just that. */
export type Shape = (
  | { is: 'text' | 'number' | 'flag' | 'any' }
  | { is: 'one'; of: readonly string[] }
  | { is: 'list' | 'set'; of: Shape }
  | { is: 'pairs'; of: Shape }
  | { is: 'record'; fields: Readonly<Record<string, Shape>> }
) & { fallback?: unknown };

export type Value = Record<string, unknown>;

const graph = buildSchema(readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'), { assumeValid: true });

function valuesOf(enumName: string): string[] {
  const type = graph.getType(enumName);
  if (!isEnumType(type)) throw new Error(`${enumName} is no enum of the schema`);
  return type.getValues().map(({ name }) => name);
}

export const text: Shape = { is: 'text' };
export const number: Shape = { is: 'number' };
export const flag: Shape = { is: 'flag' };
export const any: Shape = { is: 'any' };
/** One value of an enum of the published schema. */
export const one = (enumName: string): Shape => ({ is: 'one', of: valuesOf(enumName) });
export const list = (of: Shape): Shape => ({ is: 'list', of });
/** A list whose order says nothing. */
export const set = (of: Shape): Shape => ({ is: 'set', of });
export const pairs = (of: Shape): Shape => ({ is: 'pairs', of });
export const record = (fields: Record<string, Shape>): Shape => ({ is: 'record', fields });
export const or = (shape: Shape, fallback: unknown): Shape => ({ ...shape, fallback });

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The value in the one order in which it is compared and written; absent parts as they are meant. */
export function settle(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return shape.fallback ?? null;
  switch (shape.is) {
    case 'record': return Object.fromEntries(Object.entries(shape.fields).map(([key, part]) => [key, settle((value as Value)[key], part)]));
    case 'pairs': return Object.fromEntries(Object.entries(value as Value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, settle(part, shape.of)]));
    case 'list': return (value as unknown[]).map((part) => settle(part, shape.of));
    case 'set': return [...new Set((value as unknown[]).map((part) => settle(part, shape.of)))].sort();
    default: return value;
  }
}

/** The value without what need not be said. */
export function spare(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.is) {
    case 'record': return Object.fromEntries(Object.entries(shape.fields)
      .filter(([key, part]) => part.fallback === undefined || !isSame((value as Value)[key], part.fallback))
      .map(([key, part]) => [key, spare((value as Value)[key], part)]));
    case 'list': case 'set': return (value as unknown[]).map((part) => spare(part, shape.of));
    default: return value;
  }
}

/** Says what is wrong at a node. */
export type Complain = (node: Node | null, message: string) => void;

/** Reads a node by its shape and complains of everything that does not fit; what could not be read is null. */
export function readNode(given: Node | null, shape: Shape, document: Document, complain: Complain, around: Node | null = given): unknown {
  const node = isAlias(given) ? given.resolve(document) ?? null : given;
  if (node === null || (isScalar(node) && node.value === null)) {
    if (shape.fallback === undefined) complain(node ?? around, `A value is missing here: write ${expected(shape)}`);
    return null;
  }
  const wrong = () => {
    complain(node, `Write ${expected(shape)} here`);
    return null;
  };
  switch (shape.is) {
    case 'any': return node.toJS(document);
    case 'text': return isScalar(node) && typeof node.value === 'string' ? node.value.trim() === '' ? wrong() : node.value : wrong();
    case 'number': return isScalar(node) && Number.isInteger(node.value) ? node.value : wrong();
    case 'flag': return isScalar(node) && typeof node.value === 'boolean' ? node.value : wrong();
    case 'one': return isScalar(node) && shape.of.includes(String(node.value)) ? node.value : wrong();
    case 'list': case 'set': return isSeq(node) ? node.items.map((item) => readNode(item as Node, shape.of, document, complain, node)) : wrong();
    case 'pairs': return isMap(node) ? Object.fromEntries(node.items.map(({ key, value }) => [keyOf(key), readNode(value as Node | null, shape.of, document, complain, key as Node)])) : wrong();
    case 'record': return isMap(node) ? readRecord(node, shape.fields, document, complain) : wrong();
  }
}

function readRecord(node: Node, fields: Readonly<Record<string, Shape>>, document: Document, complain: Complain): Value {
  const value: Value = {};
  if (!isMap(node)) return value;
  for (const { key, value: part } of node.items) {
    const name = keyOf(key);
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (shape) value[name] = readNode(part as Node | null, shape, document, complain, key as Node);
    else complain(key as Node, `Nothing is called ${name} here: take it away, or write one of ${Object.keys(fields).join(', ')}`);
  }
  const missing = Object.entries(fields).filter(([name, { fallback }]) => fallback === undefined && !(name in value)).map(([name]) => name);
  if (missing.length > 0) complain(node, `Add what is missing here: ${missing.join(', ')}`);
  return value;
}

const keyOf = (key: unknown) => String(isScalar(key) ? key.value : key);

function expected(shape: Shape): string {
  switch (shape.is) {
    case 'text': return 'a text (in quotes if it looks like a number)';
    case 'number': return 'a whole number';
    case 'flag': return 'true or false';
    case 'one': return `one of ${shape.of.join(', ')}`;
    case 'list': case 'set': return 'a list, each item after a dash';
    case 'pairs': return 'keys with values';
    case 'record': return `keys with values (${Object.keys(shape.fields).join(', ')})`;
    case 'any': return 'a value';
  }
}
