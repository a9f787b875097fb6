import { execute, parse, subscribe, validate, type DocumentNode, type ExecutionResult, type GraphQLError } from 'graphql';
import type { Identity } from '../auth/index.ts';
import { maskErrors, type RequestFacts, type Subgraph } from '../graphql/index.ts';
import type { Logger } from '../observe/index.ts';

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

function answerOf(result: ExecutionResult, facts: RequestFacts, log: Logger): Answer {
  return { data: result.data, errors: result.errors && maskErrors(result.errors, facts, log) };
}

/** One query or mutation against one subgraph. */
export async function executeOn(subgraph: Subgraph, operation: Operation): Promise<Answer> {
  const facts = factsOf(operation);
  const result = await execute({
    schema: subgraph.schema, document: checkedDocument(subgraph, operation.document),
    variableValues: operation.variables, contextValue: subgraph.createContext(facts),
  });
  return answerOf(result, facts, operation.log);
}

/** One subscription against one subgraph. */
export async function subscribeOn(subgraph: Subgraph, operation: Operation): Promise<AsyncIterableIterator<Answer>> {
  const facts = factsOf(operation);
  const stream = await subscribe({
    schema: subgraph.schema, document: checkedDocument(subgraph, operation.document),
    variableValues: operation.variables, contextValue: subgraph.createContext(facts),
  });
  if (!(Symbol.asyncIterator in stream)) throw answerOf(stream, facts, operation.log).errors?.[0];
  const answers: AsyncIterableIterator<Answer> = {
    async next() {
      const { value, done } = await stream.next();
      return done ? { value: undefined, done: true } : { value: answerOf(value, facts, operation.log), done: false };
    },
    async return() {
      await stream.return?.(undefined);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}
