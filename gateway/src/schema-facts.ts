import { Kind, parse, type DirectiveNode, type FieldDefinitionNode, type TypeNode } from 'graphql';

/** What limits and routing must know of one field. */
export interface FieldFacts {
  /** Name of the type it gives, without list and non-null. */
  type: string;
  isList: boolean;
  isConnection: boolean;
  /** How many items a list is taken to have; 1 when the schema does not say. */
  assumedSize: number;
  /** `@cost(weight)`; 0 when the schema does not say. */
  weight: number;
  /** Subgraphs that can give it without asking another one first. */
  owners: ReadonlySet<string>;
  /** Usable without an identity. */
  isOpen: boolean;
  /** Why it will go and what to use instead; null when it stays. */
  deprecation: string | null;
}

/** The supergraph as lookup tables: fields, and which subgraph knows which type as what. */
export interface SchemaFacts {
  field(parentType: string, name: string): FieldFacts | undefined;
  /** Whether the subgraph has the type at all. */
  knows(subgraph: string, type: string): boolean;
  /** Whether the subgraph knows the type as a member of the interface. */
  implements(subgraph: string, type: string, interfaceName: string): boolean;
  subgraphs: readonly string[];
}

/** Reads the tables from a composed supergraph, which alone says who owns what. */
export function readSchemaFacts(supergraphSdl: string): SchemaFacts {
  const fields = new Map<string, FieldFacts>();
  const types = new Set<string>();
  const members = new Set<string>();
  const names = new Map<string, string>();
  const definitions = parse(supergraphSdl, { noLocation: true }).definitions;
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) names.set(value.name.value, text(value.directives, 'join__graph', 'name')!);
  }
  for (const definition of definitions) {
    if (!('directives' in definition) || !('name' in definition) || !definition.name) continue;
    const type = definition.name.value;
    const graphs = all(definition.directives, 'join__type').map((directive) => names.get(value(directive, 'graph')!)!);
    for (const graph of graphs) types.add(`${graph} ${type}`);
    for (const directive of all(definition.directives, 'join__implements')) {
      members.add(`${names.get(value(directive, 'graph')!)} ${type} ${value(directive, 'interface')}`);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) fields.set(`${type}.${field.name.value}`, readField(field, graphs, names));
  }
  return {
    field: (parentType, name) => fields.get(`${parentType}.${name}`),
    knows: (subgraph, type) => types.has(`${subgraph} ${type}`),
    implements: (subgraph, type, interfaceName) => members.has(`${subgraph} ${type} ${interfaceName}`),
    subgraphs: [...names.values()],
  };
}

function readField(field: FieldDefinitionNode, graphs: string[], names: Map<string, string>): FieldFacts {
  const joins = all(field.directives, 'join__field');
  const owners = joins.length === 0
    ? graphs
    : joins.filter((join) => !value(join, 'requires') && value(join, 'external') !== 'true').flatMap((join) => {
        const graph = value(join, 'graph');
        return graph ? [names.get(graph)!] : graphs;
      });
  const type = namedType(field.type);
  return {
    type,
    isList: isListType(field.type),
    isConnection: type.endsWith('Connection'),
    assumedSize: Number(text(field.directives, 'listSize', 'assumedSize') ?? 1),
    weight: Number(text(field.directives, 'cost', 'weight') ?? 0),
    owners: new Set(owners),
    isOpen: all(field.directives, 'public').length > 0,
    deprecation: text(field.directives, 'deprecated', 'reason') ?? null,
  };
}

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));
const isListType = (type: TypeNode): boolean => (type.kind === Kind.NON_NULL_TYPE ? isListType(type.type) : type.kind === Kind.LIST_TYPE);

function all(directives: readonly DirectiveNode[] | undefined, name: string): DirectiveNode[] {
  return directives?.filter((directive) => directive.name.value === name) ?? [];
}

function value(directive: DirectiveNode, argument: string): string | undefined {
  const node = directive.arguments?.find((one) => one.name.value === argument)?.value;
  return node && 'value' in node ? String(node.value) : undefined;
}

function text(directives: readonly DirectiveNode[] | undefined, name: string, argument: string): string | undefined {
  const directive = all(directives, name)[0];
  return directive && value(directive, argument);
}
