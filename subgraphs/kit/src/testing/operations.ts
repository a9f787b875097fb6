import { randomUUID } from 'node:crypto';
import { execute, parse, subscribe, validate, type DocumentNode, type ExecutionResult, type GraphQLError } from 'graphql';
import type { Identity } from '../auth/index.ts';
import { maskErrors, type RequestFacts, type Subgraph } from '../graphql/index.ts';
import type { Logger } from '../observe/index.ts';
import type { Question } from '../remote/index.ts';
import type { Wire } from './wire.ts';

/** What a caller gets. `data` is loosely typed: tests read what they asked for. */
export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors: readonly GraphQLError[] | undefined;
}

export interface Operation {
  document: string;
  variables: Record<string, unknown>;
  identity: Identity | null;
  extra: Partial<RequestFacts>;
  log: Logger;
}

function factsOf({ identity, extra }: Operation): RequestFacts {
  return { identity, requestId: 'req-test', locale: 'EN', address: '192.0.2.1', device: 'Chrome on Linux', clientName: 'test', ...extra };
}

function checkedDocument(subgraph: Subgraph, text: string): DocumentNode {
  const document = parse(text);
  const problems = validate(subgraph.schema, document);
  if (problems.length > 0) throw new Error(`the test's document does not fit the schema: ${problems.map((problem) => problem.message).join('; ')}`);
  return document;
}

/** The operation as it goes over a wire. The test's document is checked here, so that a mistake in it says so. */
function questionOf(subgraph: Subgraph, operation: Operation, facts: RequestFacts): Question {
  checkedDocument(subgraph, operation.document);
  return { text: operation.document, variables: operation.variables, operationName: null, facts };
}

function answerOf(result: ExecutionResult, facts: RequestFacts, log: Logger): Answer {
  return { data: result.data, errors: result.errors && maskErrors(result.errors, facts, log) };
}

/** One query or mutation against one subgraph, in this process or over its wire. */
export async function executeOn(subgraph: Subgraph, operation: Operation, wire: Wire | null): Promise<Answer> {
  const facts = factsOf(operation);
  if (wire) {
    const { data, errors } = await wire.remote.query(questionOf(subgraph, operation, facts));
    return { data, errors };
  }
  const result = await execute({
    schema: subgraph.schema, document: checkedDocument(subgraph, operation.document),
    variableValues: operation.variables, contextValue: subgraph.createContext(facts),
  });
  return answerOf(result, facts, operation.log);
}

/** One subscription against one subgraph, in this process or over its wire; it listens when this returns. */
export async function subscribeOn(subgraph: Subgraph, operation: Operation, wire: Wire | null): Promise<AsyncIterableIterator<Answer>> {
  const facts = factsOf(operation);
  if (wire) return subscribeOver(wire, questionOf(subgraph, operation, facts));
  const stream = await subscribe({
    schema: subgraph.schema, document: checkedDocument(subgraph, operation.document),
    variableValues: operation.variables, contextValue: subgraph.createContext(facts),
  });
  if (!(Symbol.asyncIterator in stream)) throw answerOf(stream, facts, operation.log).errors?.[0];
  return iterate(async () => {
    const { value, done } = await stream.next();
    return done ? END : { value: answerOf(value, facts, operation.log), done: false };
  }, () => stream.return?.(undefined));
}

async function subscribeOver({ remote, begun }: Wire, question: Question): Promise<AsyncIterableIterator<Answer>> {
  // Every operation of a test has the same request id; on the socket it tells which one has begun.
  const requestId = `${question.facts.requestId}-${randomUUID()}`;
  const hasBegun = begun(requestId);
  const stream = remote.subscribe({ ...question, facts: { ...question.facts, requestId } });
  const first = stream.next();
  first.catch(() => undefined);
  const isListening = await Promise.race([hasBegun, first.then(() => false)]);
  if (!isListening) throw (await first).value?.errors?.[0] ?? new Error('the stream ended before it began');
  let ahead: typeof first | null = first;
  return iterate(async () => {
    const { value, done } = await (ahead ?? stream.next());
    ahead = null;
    return done ? END : { value: { data: value.data, errors: value.errors }, done: false };
  }, () => stream.return());
}

const END = { value: undefined, done: true } as const;

function iterate(next: () => Promise<IteratorResult<Answer>>, close: () => unknown): AsyncIterableIterator<Answer> {
  const answers: AsyncIterableIterator<Answer> = {
    next,
    async return() {
      await close();
      return END;
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}
