import { readdirSync, readFileSync } from 'node:fs';
import { buildASTSchema, parse } from 'graphql';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { describe, expect, it } from 'vitest';
import { supergraphSdl } from '@careline/schema';
import { DEFAULT_LIMITS } from './config.ts';
import { Documents } from './documents.ts';
import { readSchemaFacts } from './schema-facts.ts';
import { countPairs, isNestedDeeper, structureOf } from './structure.ts';

const folder = new URL('../../schema/operations/', import.meta.url);
const operations = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
const schema = buildASTSchema(transformSupergraphToPublicSchema(parse(supergraphSdl())));
const documents = new Documents(schema, readSchemaFacts(supergraphSdl()), DEFAULT_LIMITS);

function prepare(text: string) {
  const { operations: prepared, refused, problems } = documents.prepare(text);
  if (!prepared) throw new Error(refused?.message ?? problems?.map((problem) => problem.message).join('\n'));
  return [...prepared.values()][0]!;
}

describe('the served schema', () => {
  it.each(operations)('lets our own operation %s pass at the largest page', (file) => {
    const { measured } = prepare(readFileSync(new URL(file, folder), 'utf8'));
    // Variables left out count as the largest page, which is what schema/check.mjs measures too.
    expect(measured.cost({})).toBeLessThanOrEqual(DEFAULT_LIMITS.cost);
  });

  it.each([
    ['an object is one, its values nothing', '{ conversation(id: "x") { id number } }', {}, 1],
    ['a page multiplies', '{ conversations(first: 10) { nodes { id } } }', {}, 10 * (1 + 1)],
    ['a page in a variable multiplies', 'query Q($n: Int!) { conversations(first: $n) { nodes { id } } }', { n: 7 }, 7 * (1 + 1)],
    ['a default counts', 'query Q($n: Int = 3) { conversations(last: $n) { nodes { id } } }', {}, 3 * (1 + 1)],
    ['an unknown page is the largest', 'query Q($n: Int!) { conversations(first: $n) { nodes { id } } }', {}, 100 * (1 + 1)],
    ['pages within pages multiply', 'query Q($n: Int!) { conversations(first: 10) { nodes { messages(last: $n) { nodes { id } } } } }', { n: 5 }, 10 * (1 + 1 + 5 * 2)],
    ['fragments count where they are spread', '{ conversation(id: "x") { ...F } } fragment F on Conversation { messages(last: 5) { nodes { id } } }', {}, 1 + 5 * 2],
  ])('measures: %s', (_name, text, variables, cost) => {
    expect(prepare(text).measured.cost(variables)).toBe(cost);
  });

  it('names the fields asked for that will go, with what to use instead', () => {
    const reason = 'since 2026-11-01, use Conversation.id, removed after 2027-06-01';
    const sdl = supergraphSdl().replace(/(type Conversation [\s\S]*?\n {2}number: String!)/, `$1 @deprecated(reason: "${reason}")`);
    const old = new Documents(buildASTSchema(transformSupergraphToPublicSchema(parse(sdl))), readSchemaFacts(sdl), DEFAULT_LIMITS);
    const deprecationsOf = (text: string) => Object.fromEntries([...old.prepare(text).operations!.values()][0]!.measured.deprecations);
    expect(deprecationsOf('{ conversation(id: "x") { ...F } } fragment F on Conversation { number id }')).toEqual({ 'Conversation.number': reason });
    expect(deprecationsOf('{ conversation(id: "x") { id } }')).toEqual({});
  });

  it.each([
    ['{ conversation(id: "x") { id number customer { displayName } } }', ['conversations']],
    ['{ node(id: "x") { id ... on Conversation { number } } }', ['conversations']],
    ['{ conversation(id: "x") { tickets(first: 1) { nodes { subject } } } }', []],
    ['{ ticket(id: "x") { subject } conversation(id: "x") { id } }', []],
    ['{ ticket(id: "x") { id subject } }', ['tickets']],
    ['{ __schema { queryType { name } } }', []],
  ])('knows who answers alone: %s', (text, homes) => {
    expect(prepare(text).measured.homes).toEqual(homes);
  });
});

describe('structureOf', () => {
  it('measures a document whose fragments double each other in no time', () => {
    const text = `{ ...F0 } ${Array.from({ length: 200 }, (_one, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} x: a }`).join(' ')} fragment F200 on Query { a }`;
    expect(structureOf(parse(text)).fields).toBe(1_000_000);
  });

  it.each([
    ['{ a }', 1, 0, 1], ['{ a { b { c } } }', 3, 0, 3], ['{ x: a y: a }', 1, 2, 2], ['{ a a a }', 1, 0, 3],
    ['{ ...F } fragment F on Query { a { b } }', 2, 0, 2], ['{ ...F } fragment F on Query { a { ...F } }', 1, 0, 1],
  ])('%s', (text, depth, aliases, fields) => {
    expect(structureOf(parse(text))).toEqual({ depth, aliases, fields });
  });
});

describe('countPairs', () => {
  const wide = (part: string, times: number) => `{ ${`${part} `.repeat(times)}}`;

  it.each([
    ['one field', '{ a { b c } }', 0],
    ['a field twice', '{ a a }', 1],
    ['what lies below a field twice', '{ a { b } a { b } }', 2],
    ['other answer keys', '{ x: a y: a }', 0],
    ['inline fragments', '{ ... { a } ... { ... { a } } ... { a } }', 3],
    ['a fragment spread twice', '{ ...F ...F a } fragment F on Query { a }', 1],
    ['two operations', 'query A { a a } query B { a a }', 2],
    ['a fragment inside itself', '{ ...F } fragment F on Query { a { ...F } a { b } }', 1],
  ])('counts %s', (_name, text, pairs) => {
    expect(countPairs(parse(text), 1_000)).toBe(pairs);
  });

  it.each([
    ['inline fragments side by side', wide('... { a }', 300)],
    ['pairs below pairs', wide(wide('a', 20).replace('{', 'b {'), 20)],
    ['fragments inside each other without an end', `{ ...F0 } ${Array.from({ length: 20 }, (_one, index) => `fragment F${index} on Query { ${Array.from({ length: 20 }, (_other, to) => `a${to}: a { ...F${to} }`).join(' ')} }`).join(' ')}`],
  ])('gives up on %s at once', (_name, text) => {
    expect(countPairs(parse(text), 1_000)).toBeGreaterThan(1_000);
  });
});

it.each([
  ['{ a { b } }', false], ['{ a { b { c } } }', true], ['{ a(x: [{}]) }', true], ['{ a(x: "[[[[") }', false], ['# {{{{\n{ a }', false], ['{ a } { b } { c }', false],
])('nesting of %s is more than two levels: %s', (text, isDeeper) => {
  expect(isNestedDeeper(text, 2, 100)).toBe(isDeeper);
});

describe('documents kept ready', () => {
  const text = (index: number) => `{ a${index}: viewer { serverTime } }`;

  it('are found again, the least recently used go first', () => {
    const some = new Documents(schema, readSchemaFacts(supergraphSdl()), DEFAULT_LIMITS);
    const [first, second] = [some.prepare(text(0)), some.prepare(text(1))];
    for (let index = 2; index < 700; index += 1) {
      some.prepare(text(index));
      expect(some.prepare(text(0))).toBe(first);
    }
    expect(some.prepare(text(1))).not.toBe(second);
  });

  it('are only those that were accepted', () => {
    expect(documents.prepare('{ broken }')).not.toBe(documents.prepare('{ broken }'));
  });
});
