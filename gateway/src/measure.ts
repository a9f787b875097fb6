import { Kind, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode, type ValueNode } from 'graphql';
import type { Words } from '@careline/kit/errors';
import type { FieldFacts, SchemaFacts } from './schema-facts.ts';

export type Variables = Record<string, unknown>;

/** What one valid operation asks for, worked out once and then evaluated with the variables of each call. */
export interface Measured {
  /** Name of each root field, as often as it is asked for. */
  rootFields: readonly string[];
  /** Some root field may be used without an identity. */
  isOpen: boolean;
  /** Asks only for the schema itself. */
  isIntrospection: boolean;
  /** Subgraphs that can give all of it without asking another one; empty when the planner must split it. */
  homes: readonly string[];
  /** Fields it asks for that will go, each once, with the reason the schema gives. */
  deprecations: ReadonlyMap<string, string>;
  /** Points: an object is 1, times the page; weights of the schema on top. */
  cost(variables: Variables): number;
  /** The first connection whose page is not exactly one of first and last, 1 to the greatest page; null when all are good. */
  pageProblem(variables: Variables): Words | null;
}

type Part = { fixed: number; parts: { page: Page | null; times: number; inner: Part }[] };
interface Page {
  field: string;
  first: ValueNode | undefined;
  last: ValueNode | undefined;
}

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;
const COST_CAP = 1_000_000_000;

/** Reads an operation that has passed validation. */
export function measureOperation(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, facts: SchemaFacts, pageMax: number): Measured {
  const walk = new Walk(fragments, facts);
  const root = walk.selections(operation.selectionSet, ROOTS[operation.operation]);
  const fields = walk.rootFields(operation.selectionSet);
  const defaults = new Map<string, ValueNode>();
  for (const variable of operation.variableDefinitions ?? []) if (variable.defaultValue) defaults.set(variable.variable.name.value, variable.defaultValue);
  const read = (node: ValueNode | undefined, variables: Variables): number | null => {
    if (!node) return null;
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind !== Kind.VARIABLE) return null;
    const given = variables[node.name.value];
    if (given === undefined) return read(defaults.get(node.name.value), {});
    return typeof given === 'number' ? given : null;
  };
  return {
    rootFields: fields.map((field) => field.name.value),
    isOpen: fields.some((field) => facts.field(ROOTS[operation.operation], field.name.value)?.isOpen ?? true),
    isIntrospection: fields.length > 0 && fields.every((field) => field.name.value.startsWith('__')),
    homes: fields.every((field) => field.name.value.startsWith('__')) ? [] : [...walk.homes],
    deprecations: walk.deprecations,
    cost: (variables) => evaluate(root, (page) => Math.max(1, read(page.first, variables) ?? read(page.last, variables) ?? pageMax), new Map()),
    pageProblem: (variables) => {
      for (const page of walk.pages) {
        const problem = checkPage(page, read(page.first, variables), read(page.last, variables), pageMax);
        if (problem) return problem;
      }
      return null;
    },
  };
}

function checkPage(page: Page, first: number | null, last: number | null, max: number): Words | null {
  if ((first === null) === (last === null)) return { en: `${page.field} needs exactly one of first and last.`, zh: `${page.field} 必须且只能指定 first 或 last 之一。` };
  const size = (first ?? last)!;
  return Number.isInteger(size) && size >= 1 && size <= max ? null : { en: `${page.field}: a page has 1 to ${max} items, not ${size}.`, zh: `${page.field}：每页 1 到 ${max} 条，而不是 ${size}。` };
}

function evaluate(part: Part, pageSize: (page: Page) => number, known: Map<Part, number>): number {
  if (part.parts.length === 0) return part.fixed;
  const before = known.get(part);
  if (before !== undefined) return before;
  let sum = part.fixed;
  for (const { page, times, inner } of part.parts) {
    // Without a page the inner part is a fragment that is spread as it is.
    const objects = page ? pageSize(page) : times;
    sum += page || times !== 1 ? objects * (1 + evaluate(inner, pageSize, known)) : evaluate(inner, pageSize, known);
  }
  const cost = Math.min(COST_CAP, sum);
  known.set(part, cost);
  return cost;
}

class Walk {
  readonly pages: Page[] = [];
  readonly deprecations = new Map<string, string>();
  readonly homes: Set<string>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #facts: SchemaFacts;
  readonly #known = new Map<string, Part>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, facts: SchemaFacts) {
    this.#fragments = fragments;
    this.#facts = facts;
    this.homes = new Set(facts.subgraphs);
  }

  rootFields(set: SelectionSetNode): FieldNode[] {
    return set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      return this.rootFields(selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : this.#fragments.get(selection.name.value)!.selectionSet);
    });
  }

  selections(set: SelectionSetNode, parent: string): Part {
    const part: Part = { fixed: 0, parts: [] };
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.#field(selection, parent, part);
      else add(part, null, 1, selection.kind === Kind.INLINE_FRAGMENT ? this.#inline(selection.selectionSet, selection.typeCondition?.name.value, parent) : this.#spread(selection.name.value, parent));
    }
    return part;
  }

  #inline(set: SelectionSetNode, condition: string | undefined, parent: string): Part {
    if (condition) this.#narrow(condition, parent);
    return this.selections(set, condition ?? parent);
  }

  #spread(name: string, parent: string): Part {
    const fragment = this.#fragments.get(name)!;
    const condition = fragment.typeCondition.name.value;
    this.#narrow(condition, parent);
    const before = this.#known.get(name);
    if (before) return before;
    const part = this.selections(fragment.selectionSet, condition);
    this.#known.set(name, part);
    return part;
  }

  // A subgraph that does not know the type, or not as a member of the interface, would refuse the fragment.
  #narrow(condition: string, parent: string): void {
    for (const home of this.homes) {
      const fits = condition === parent
        || (this.#facts.knows(home, condition) && (this.#facts.implements(home, condition, parent) || this.#facts.implements(home, parent, condition)));
      if (!fits) this.homes.delete(home);
    }
  }

  #field(node: FieldNode, parent: string, part: Part): void {
    if (node.name.value.startsWith('__')) {
      // `__typename` is known everywhere; the schema itself is told by the gateway.
      if (node.name.value !== '__typename') this.homes.clear();
      return;
    }
    const facts = this.#facts.field(parent, node.name.value);
    if (!facts) {
      this.homes.clear();
      return;
    }
    for (const home of this.homes) if (!facts.owners.has(home)) this.homes.delete(home);
    if (facts.deprecation !== null) this.deprecations.set(`${parent}.${node.name.value}`, facts.deprecation);
    part.fixed += facts.weight;
    if (facts.isConnection) this.#connection(node, parent, part, facts);
    else if (node.selectionSet) this.#objects(part, facts.isList && !/^(edges|nodes)$/.test(node.name.value) ? facts.assumedSize : 1, this.selections(node.selectionSet, facts.type));
  }

  #connection(node: FieldNode, parent: string, part: Part, facts: FieldFacts): void {
    const argument = (name: string) => node.arguments?.find((one) => one.name.value === name)?.value;
    const page: Page = { field: `${parent}.${node.name.value}`, first: argument('first'), last: argument('last') };
    this.pages.push(page);
    add(part, page, 0, this.selections(node.selectionSet!, facts.type));
  }

  #objects(part: Part, count: number, inner: Part): void {
    if (inner.parts.length === 0) part.fixed = Math.min(COST_CAP, part.fixed + count * (1 + inner.fixed));
    else if (count === 1) {
      part.fixed += 1;
      add(part, null, 1, inner);
    } else add(part, null, count, inner);
  }
}

function add(part: Part, page: Page | null, times: number, inner: Part): void {
  if (!page && inner.parts.length === 0) part.fixed = Math.min(COST_CAP, part.fixed + times * inner.fixed);
  else part.parts.push({ page, times, inner });
}
