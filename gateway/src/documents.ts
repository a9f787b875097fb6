import { GraphQLError, Kind, MaxIntrospectionDepthRule, parse, separateOperations, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { AppError } from '@careline/kit/errors';
import { refusal } from './errors.ts';
import { countPairs, fragmentsOf, isNestedDeeper, structureOf } from './structure.ts';
import { urgencyOf } from './urgency.ts';
import type { Urgency } from './admission.ts';
import { measureOperation, type Measured } from './measure.ts';
import type { SchemaFacts } from './schema-facts.ts';
import type { Limits } from './config.ts';

/** One operation of a document that passed every check which needs no variables. */
export interface Prepared {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  name: string | null;
  measured: Measured;
  /** The subgraph that answers alone, to be asked directly; null: the planner splits it. */
  home: string | null;
  urgency: Urgency;
  /** Names operations that cost about the same, for who measures them. */
  kind: string;
}

export type Preparation = { operations: Map<string, Prepared>; refused: null; problems: null } | { operations: null; refused: AppError | null; problems: readonly GraphQLError[] };

/**
 * What documents kept ready may weigh; the least recently used go first. A short one weighs far more than its text:
 * parsed, planned and compiled it is tens of kilobytes.
 */
const KEPT_WEIGHT = 1_000_000;
const WEIGHT_OF_ONE = 2_000;
/** Pairs of fields at the same place that validation may be made to compare; our own operations have one at most. */
const PAIRS_MAX = 1_000;
/** Brackets inside each other; our own operations have five. */
const NESTING_MAX = 50;
/** Operations and fragments of one document. */
const DEFINITIONS_MAX = 100;
const VARIABLES_MAX = 200;
const RULES = [...specifiedRules, MaxIntrospectionDepthRule];

/**
 * Parses, checks and measures each document once; later calls with the same text find it ready.
 * What is refused is not kept: it would push out what others use.
 */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #facts: SchemaFacts;
  readonly #limits: Limits;
  readonly #ready = new Map<string, Preparation>();
  #weight = 0;

  constructor(schema: GraphQLSchema, facts: SchemaFacts, limits: Limits) {
    this.#schema = schema;
    this.#facts = facts;
    this.#limits = limits;
  }

  /** What is known of a text that came before; costs nothing. */
  known(text: string): Preparation | undefined {
    return this.#ready.get(text);
  }

  prepare(text: string): Preparation {
    const before = this.#ready.get(text);
    if (before) {
      this.#ready.delete(text);
      this.#ready.set(text, before);
      return before;
    }
    const preparation = this.#check(text);
    if (!preparation.operations) return preparation;
    this.#ready.set(text, preparation);
    this.#weight += weightOf(text);
    for (const oldest of this.#ready.keys()) {
      if (this.#weight <= KEPT_WEIGHT) break;
      this.#ready.delete(oldest);
      this.#weight -= weightOf(oldest);
    }
    return preparation;
  }

  #check(text: string): Preparation {
    try {
      if (isNestedDeeper(text, NESTING_MAX, this.#limits.tokens)) return { operations: null, refused: tooLarge(`brackets stand ${NESTING_MAX} levels inside each other at most`, `括号最多嵌套 ${NESTING_MAX} 层`), problems: [] };
      const document = parse(text, { maxTokens: this.#limits.tokens, noLocation: false });
      const refused = this.#structureProblem(document);
      if (refused) return { operations: null, refused, problems: [] };
      const problems = validate(this.#schema, document, RULES, { maxErrors: 5 });
      if (problems.length > 0) return { operations: null, refused: null, problems };
      return this.#measure(document);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const isTooLong = error.message.includes('Parsing aborted');
      return isTooLong
        ? { operations: null, refused: tooLarge(`a document has at most ${this.#limits.tokens} tokens`, `文档最多 ${this.#limits.tokens} 个词元`), problems: [] }
        : { operations: null, refused: null, problems: [error] };
    }
  }

  #structureProblem(document: DocumentNode): AppError | null {
    const limits = this.#limits;
    if (document.definitions.length > DEFINITIONS_MAX) return tooLarge(`a document has at most ${DEFINITIONS_MAX} operations and fragments`, `文档最多 ${DEFINITIONS_MAX} 个操作和片段`);
    if (document.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && (one.variableDefinitions?.length ?? 0) > VARIABLES_MAX)) return tooLarge(`an operation has at most ${VARIABLES_MAX} variables`, `一个操作最多 ${VARIABLES_MAX} 个变量`);
    const { depth, aliases, fields } = structureOf(document);
    if (depth > limits.depth) return tooLarge(`the operation is ${depth} deep, at most ${limits.depth}`, `层级为 ${depth}，上限 ${limits.depth}`);
    if (aliases > limits.aliases) return tooLarge(`the operation has ${aliases} aliases, at most ${limits.aliases}`, `有 ${aliases} 个别名，上限 ${limits.aliases}`);
    if (fields > limits.fields || countPairs(document, PAIRS_MAX) > PAIRS_MAX) return tooLarge('the operation asks for too many fields', '字段过多');
    return null;
  }

  #measure(document: DocumentNode): Preparation {
    const fragments = fragmentsOf(document);
    const operations = new Map<string, Prepared>();
    const found = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    // Each operation gets a document of its own: what is compiled and sent on is found by the document.
    const separate = found.length > 1 ? separateOperations(document) : null;
    for (const operation of found) {
      const measured = measureOperation(operation, fragments, this.#facts, this.#limits.page);
      if (operation.operation === 'subscription' && measured.homes.length === 0) {
        const refused = refusal('BAD_USER_INPUT', 'A live event carries only fields of the subgraph that sends it.', '实时事件只能包含发送方子图的字段。');
        return { operations: null, refused, problems: [] };
      }
      const name = operation.name?.value ?? null;
      operations.set(name ?? '', { document: separate?.[name ?? ''] ?? document, operation, name, measured, home: measured.homes[0] ?? null, urgency: urgencyOf(operation, measured, this.#facts), kind: `${operation.operation} ${measured.rootFields.join(' ')}` });
    }
    return { operations, refused: null, problems: null };
  }
}

const weightOf = (text: string) => WEIGHT_OF_ONE + text.length;
const tooLarge = (en: string, zh: string) => refusal('COST_LIMIT', `Too large: ${en}.`, `查询过大：${zh}。`);

/** The operation a request means; null when the name is missing or unknown. */
export function chooseOperation(operations: ReadonlyMap<string, Prepared>, name: string | null): Prepared | null {
  if (name) return operations.get(name) ?? null;
  return operations.size === 1 ? operations.values().next().value! : null;
}
