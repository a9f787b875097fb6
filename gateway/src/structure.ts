import { Kind, Lexer, Source, TokenKind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The shape of a document, known before it is validated. */
export interface Structure {
  depth: number;
  aliases: number;
  fields: number;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const NOTHING: Structure = { depth: 0, aliases: 0, fields: 0 };
const MANY = 1_000_000;
const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Whether brackets of any kind stand inside each other more than `most` times, among the first `tokens`.
 * Asked before the text is parsed: parsers follow each level with calls of their own, and run out of stack.
 */
export function isNestedDeeper(text: string, most: number, tokens: number): boolean {
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  for (let read = 0; read <= tokens; read += 1) {
    const { kind } = lexer.advance();
    if (kind === TokenKind.EOF) return false;
    if (OPENING.has(kind)) depth += 1;
    else if (CLOSING.has(kind)) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

/**
 * Measures a document without a schema, each fragment once however often it is spread:
 * validating is what a hostile document would make dear, so this comes first.
 * A fragment inside itself counts as empty here; validation refuses it.
 */
export function structureOf(document: DocumentNode): Structure {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Structure>();
  let total = NOTHING;
  const ofFragment = (name: string): Structure => {
    const before = known.get(name);
    if (before) return before;
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const found = fragment ? ofSelections(fragment.selectionSet) : NOTHING;
    known.set(name, found);
    return found;
  };
  const ofSelections = (set: SelectionSetNode): Structure => {
    let sum = NOTHING;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) sum = join(sum, ofField(selection));
      else sum = join(sum, selection.kind === Kind.FRAGMENT_SPREAD ? ofFragment(selection.name.value) : ofSelections(selection.selectionSet));
    }
    return sum;
  };
  const ofField = (field: FieldNode): Structure => {
    const isIntrospection = field.name.value === '__schema' || field.name.value === '__type';
    const inner = field.selectionSet ? ofSelections(field.selectionSet) : NOTHING;
    return { depth: isIntrospection ? 1 : 1 + inner.depth, aliases: inner.aliases + (field.alias ? 1 : 0), fields: inner.fields + 1 };
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) total = join(total, ofSelections(definition.selectionSet));
  }
  return total;
}

/** Fields of one document that are looked at for pairs; fragments inside each other could go on for ever. */
const LOOKED_AT = 5_000;

/**
 * How many pairs of fields stand for the same place in the answer, through fragments of both kinds: validation
 * compares each pair, so a document is asked for them first. Gives up with more than `most`.
 */
export function countPairs(document: DocumentNode, most: number): number {
  const fragments = fragmentsOf(document);
  let pairs = 0;
  let looked = 0;
  const visit = (sets: readonly SelectionSetNode[], above: ReadonlySet<string>): void => {
    const { fields, spread } = fieldsByKey(sets, fragments, above);
    for (const same of fields.values()) {
      looked += same.length;
      pairs += (same.length * (same.length - 1)) / 2;
      if (looked > LOOKED_AT) pairs = most + 1;
      if (pairs > most) return;
      const inner = same.flatMap((field) => field.selectionSet ?? []);
      if (inner.length > 0) visit(inner, spread);
    }
  };
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION && pairs <= most) visit([definition.selectionSet], new Set());
  return pairs;
}

/** The fields that meet where these sets are merged; fragments spread further up are left out, because a cycle has no end. */
function fieldsByKey(sets: readonly SelectionSetNode[], fragments: Fragments, above: ReadonlySet<string>): { fields: Map<string, FieldNode[]>; spread: Set<string> } {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set(above);
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const same = fields.get(key);
        if (same) same.push(selection);
        else fields.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  sets.forEach(collect);
  return { fields, spread };
}

function join(a: Structure, b: Structure): Structure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: Math.min(MANY, a.aliases + b.aliases),
    fields: Math.min(MANY, a.fields + b.fields),
  };
}
