import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The shape of a document, known before it is validated. */
export interface Structure {
  depth: number;
  aliases: number;
  fields: number;
  /** How often the same answer key stands in one selection set, at worst. */
  repeats: number;
}

const NOTHING: Structure = { depth: 0, aliases: 0, fields: 0, repeats: 0 };
const MANY = 1_000_000;

/**
 * Measures a document without a schema, each fragment once however often it is spread:
 * validating is what a hostile document would make dear, so this comes first.
 * A fragment inside itself counts as empty here; validation refuses it.
 */
export function structureOf(document: DocumentNode): Structure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
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
    const keys = new Map<string, number>();
    let sum = NOTHING;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        keys.set(key, (keys.get(key) ?? 0) + 1);
        sum = join(sum, ofField(selection));
      } else {
        sum = join(sum, selection.kind === Kind.FRAGMENT_SPREAD ? ofFragment(selection.name.value) : ofSelections(selection.selectionSet));
      }
    }
    return { ...sum, repeats: Math.max(sum.repeats, ...keys.values()) };
  };
  const ofField = (field: FieldNode): Structure => {
    const isIntrospection = field.name.value === '__schema' || field.name.value === '__type';
    const inner = field.selectionSet ? ofSelections(field.selectionSet) : NOTHING;
    return {
      depth: isIntrospection ? 1 : 1 + inner.depth,
      aliases: inner.aliases + (field.alias ? 1 : 0),
      fields: inner.fields + 1,
      repeats: inner.repeats,
    };
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) total = join(total, ofSelections(definition.selectionSet));
  }
  return total;
}

function join(a: Structure, b: Structure): Structure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: Math.min(MANY, a.aliases + b.aliases),
    fields: Math.min(MANY, a.fields + b.fields),
    repeats: Math.max(a.repeats, b.repeats),
  };
}
