import { getVariableValues, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { RequestFacts } from '@careline/kit/graphql';
import type { Logger } from '@careline/kit/observe';
import { AppError, appError } from '@careline/kit/errors';
import type { Admission, NoPlace, Place } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import { chooseOperation, type Documents, type Prepared } from './documents.ts';
import { documentErrors, maskError, maskErrors, refusal, refusalResult } from './errors.ts';
import { observeDeprecated, observeOperation } from './health.ts';
import type { PersistedOperations } from './persisted.ts';
import type { RateLimiter } from './rates.ts';
import type { Supergraph } from './supergraph.ts';
import { LiveMap } from '@careline/kit/live';
import type { OperationContext, SubgraphTransport } from './transports/transport.ts';
import { refuseVariables } from './variables.ts';

/** The body of a GraphQL request, as sent: nothing of it is trusted. */
export interface GraphqlParams {
  query?: unknown;
  documentId?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

/** One answer as it leaves the gateway. */
export interface Answer {
  data?: ExecutionResult['data'];
  errors?: readonly GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

/** An operation that was let through. Whoever holds it runs it or subscribes, which gives its place back. */
export interface Accepted {
  place: Place;
  prepared: Prepared;
  variables: Record<string, unknown>;
  /** What `extensions` of the answer tell of the call itself. */
  notes: Record<string, unknown>;
}

export interface PipelineParts {
  config: GatewayConfig;
  admission: Admission;
  documents: Documents;
  persisted: PersistedOperations;
  rates: RateLimiter;
  supergraph: Supergraph;
  transports: ReadonlyMap<string, SubgraphTransport>;
  log: Logger;
}

/** The way of every operation, whatever protocol it came by: enter, admit, run, mask. */
export interface Pipeline {
  /** Whether refusals are to be expected: then asking for a place first is cheaper than beginning. */
  readonly isFull: boolean;
  /**
   * A place for an operation before anything is spent on it, or why there is none now.
   * `sender` is whoever is behind it, as far as that is known without asking.
   */
  enter(params: GraphqlParams, sender: string): Place | NoPlace;
  /** The operation, or why it is refused; then its place is free again. */
  admit(params: GraphqlParams, facts: RequestFacts, place: Place): Accepted | { refused: Answer };
  run(accepted: Accepted, facts: RequestFacts): Promise<Answer>;
  /** A stream of answers; an answer when the subscription could not begin. */
  subscribe(accepted: Accepted, facts: RequestFacts): Promise<LiveMap<ExecutionResult, Answer> | Answer>;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  return {
    get isFull() {
      return parts.admission.isFull;
    },
    enter: (params, sender) => enter(params, sender, parts),
    admit(params, facts, place) {
      const admitted = admit(params, facts, place, parts);
      if ('refused' in admitted) place.leave(false);
      return admitted;
    },
    run: (accepted, facts) => run(accepted, facts, parts),
    subscribe: (accepted, facts) => subscribe(accepted, facts, parts),
  };
}

// A text that was not seen before would have to be parsed and validated: that can wait until there is room.
function enter(params: GraphqlParams, sender: string, { admission, documents, persisted }: PipelineParts): Place | NoPlace {
  const hash = readHash(params);
  const text = hash === null ? params.query : persisted.find(hash);
  const known = typeof text === 'string' ? documents.known(text)?.operations : undefined;
  const prepared = known && chooseOperation(known, typeof params.operationName === 'string' ? params.operationName : null);
  return prepared ? admission.enter(prepared.kind, prepared.urgency, sender) : admission.enter(null, 'bulk', sender);
}

function admit(params: GraphqlParams, facts: RequestFacts, place: Place, parts: PipelineParts): Accepted | { refused: Answer } {
  const { config, documents, rates } = parts;
  const now = Date.now();
  const text = tooOften(rates.arrive(facts, now)) ?? readText(params, parts.persisted, config, facts);
  if (typeof text !== 'string') return { refused: refusalResult(text, facts) };
  const tooMuch = documents.known(text) ? null : tooOften(rates.read(text.length, facts, now));
  if (tooMuch) return { refused: refusalResult(tooMuch, facts) };
  const preparation = documents.prepare(text);
  if (preparation.refused) return { refused: refusalResult(preparation.refused, facts) };
  if (preparation.problems) return { refused: { errors: documentErrors(preparation.problems, facts, config.isProduction) } };
  const prepared = chooseOperation(preparation.operations, typeof params.operationName === 'string' ? params.operationName : null);
  if (!prepared) return { refused: refusalResult(input('operationName must name one operation of the document.', 'operationName 必须指明文档中的一个操作。'), facts) };
  const variables = params.variables ?? {};
  if (!isObject(variables)) return { refused: refusalResult(input('variables must be an object.', 'variables 必须是对象。'), facts) };
  const admitted = refuseVariables(variables) ?? checkCall(prepared, variables, facts, config, rates);
  if (admitted instanceof AppError) return { refused: refusalResult(admitted, facts) };
  return checkVariables({ place, prepared, variables, notes: notesOf(prepared, admitted, facts, config) }, parts, facts);
}

interface Spent {
  points: number;
  left: number | null;
}

function notesOf({ measured }: Prepared, { points, left }: Spent, facts: RequestFacts, { limits }: GatewayConfig): Record<string, unknown> {
  observeDeprecated(measured.deprecations.keys(), facts.clientName);
  return {
    cost: { points, limit: limits.cost, ...(left === null ? {} : { left }) },
    ...(measured.deprecations.size > 0 ? { deprecations: [...measured.deprecations].map(([field, reason]) => ({ field, reason })) } : {}),
  };
}

async function run({ place, prepared, variables, notes: extensions }: Accepted, facts: RequestFacts, { supergraph, transports, log }: PipelineParts): Promise<Answer> {
  const { document, name, home, operation } = prepared;
  const stop = observeOperation(name ?? operation.operation);
  const context: OperationContext = { facts, contexts: new Map() };
  try {
    const result = home
      ? await transportOf(home, transports).query({ document, variables, operationName: name, context, isDocumentStable: true })
      : await supergraph.execute(document, variables, name, context);
    const answer = finish(result, facts, log);
    stop(answer.errors ? codeOf(answer) : 'OK');
    place.leave(!answer.errors);
    return { ...answer, extensions };
  } catch (error) {
    place.leave(false);
    const masked = maskError(error, facts, log);
    stop(String(masked.extensions?.code));
    return { errors: [masked], data: null, extensions };
  }
}

async function subscribe({ place, prepared, variables }: Accepted, facts: RequestFacts, { transports, log }: PipelineParts): Promise<LiveMap<ExecutionResult, Answer> | Answer> {
  const { document, name, home } = prepared;
  const context: OperationContext = { facts, contexts: new Map() };
  let isOpen = false;
  try {
    // Live events come from one subgraph: documents that would need another were refused before.
    const source = await transportOf(home!, transports).subscribe({ document, variables, operationName: name, context, isDocumentStable: true });
    if (!(Symbol.asyncIterator in source)) return finish(source, facts, log);
    isOpen = true;
    return new LiveMap(endWithError(source, facts, log), (result) => finish(result, facts, log));
  } catch (error) {
    return { errors: [maskError(error, facts, log)] };
  } finally {
    place.leave(isOpen);
  }
}

function transportOf(home: string, transports: ReadonlyMap<string, SubgraphTransport>): SubgraphTransport {
  const transport = transports.get(home);
  if (!transport) throw appError('UNAVAILABLE', { internal: `no transport leads to ${home}` });
  return transport;
}

function checkCall(prepared: Prepared, variables: Record<string, unknown>, facts: RequestFacts, config: GatewayConfig, rates: RateLimiter): AppError | Spent {
  const { measured } = prepared;
  if (!facts.identity && !measured.isOpen) return appError('UNAUTHENTICATED');
  const pageProblem = measured.pageProblem(variables);
  if (pageProblem) return input(pageProblem.en, pageProblem.zh);
  const cost = measured.cost(variables);
  const { cost: limit } = config.limits;
  if (cost > limit) return refusal('COST_LIMIT', `The operation costs ${cost} points, at most ${limit}.`, `该操作需要 ${cost} 点，上限 ${limit} 点。`);
  const now = Date.now();
  const budget = rates.spend(cost, facts, now);
  return tooOften(Math.max(budget.waitMs, rates.take(measured.rootFields, facts, now))) ?? { points: cost, left: budget.left };
}

const tooOften = (waitMs: number): AppError | null => (waitMs > 0 ? appError('RATE_LIMITED', { retryAfterMs: waitMs }) : null);

// Here and not in the subgraphs: each executor says it in its own way, some with the value in the message of an internal error.
function checkVariables(accepted: Accepted, { supergraph, config }: PipelineParts, facts: RequestFacts): Accepted | { refused: Answer } {
  const definitions = accepted.prepared.operation.variableDefinitions ?? [];
  if (definitions.length > 0) {
    const { errors } = getVariableValues(supergraph.schema, definitions, accepted.variables, { maxErrors: 5 });
    if (errors) return { refused: { errors: documentErrors(errors, facts, config.isProduction) } };
  }
  return accepted;
}

/** The text of the document, or why there is none. */
function readText(params: GraphqlParams, persisted: PersistedOperations, config: GatewayConfig, facts: RequestFacts): string | AppError {
  const hash = readHash(params);
  if (hash !== null) return persisted.find(hash) ?? input('This persisted operation is not known.', '未知的预存操作。');
  if (typeof params.query !== 'string') return input('The request has neither a query nor a documentId.', '请求缺少 query 或 documentId。');
  const isFree = mode(config, persisted) === 'everyone' || facts.identity?.kind === 'API' || persisted.has(params.query);
  return isFree ? params.query : input('Only persisted operations are accepted; outside programs use an access token.', '只接受预存操作，外部程序请使用访问令牌。');
}

function mode({ arbitraryDocuments, isProduction }: GatewayConfig, persisted: PersistedOperations): 'everyone' | 'tokens' {
  if (arbitraryDocuments !== 'auto') return arbitraryDocuments;
  return isProduction && persisted.size > 0 ? 'tokens' : 'everyone';
}

function readHash(params: GraphqlParams): string | null {
  if (typeof params.documentId === 'string') return params.documentId.replace(/^sha256:/, '');
  const extensions = params.extensions;
  if (typeof params.query === 'string' || !isObject(extensions)) return null;
  const { persistedQuery } = extensions as { persistedQuery?: unknown };
  if (!isObject(persistedQuery)) return null;
  const { sha256Hash } = persistedQuery as { sha256Hash?: unknown };
  return typeof sha256Hash === 'string' ? sha256Hash : null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const input = (en: string, zh: string) => refusal('BAD_USER_INPUT', en, zh);

function finish(result: ExecutionResult, facts: RequestFacts, log: Logger): Answer {
  if (!result.errors?.length) return { data: result.data };
  return { data: result.data ?? null, errors: maskErrors(result.errors, facts, log) };
}

const codeOf = (answer: Answer) => String(answer.errors?.[0]?.extensions?.code);

// A broken source ends with one last answer that names the reason; clients then resume from their position.
function endWithError(source: AsyncIterableIterator<ExecutionResult>, facts: RequestFacts, log: Logger): AsyncIterator<ExecutionResult> {
  let isBroken = false;
  return {
    async next() {
      if (isBroken) return { value: undefined, done: true };
      try {
        return await source.next();
      } catch (error) {
        isBroken = true;
        log.warn({ requestId: facts.requestId, err: error }, 'a live stream broke');
        return { value: { errors: [error as never] }, done: false };
      }
    },
    return: async () => (await source.return?.()) ?? { value: undefined, done: true },
  };
}
