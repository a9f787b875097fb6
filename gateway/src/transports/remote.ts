import { getOperationAST, print, type DocumentNode } from 'graphql';
import { openRemoteSubgraph, type Question, type RemoteOptions } from '@careline/kit/remote';
import type { Ask, SubgraphTransport } from './transport.ts';

const texts = new WeakMap<DocumentNode, string>();

/** Asks a subgraph over the network, each operation under the identity of its caller. */
export function createRemoteTransport(options: RemoteOptions): SubgraphTransport {
  const remote = openRemoteSubgraph(options);
  return {
    query: (ask) => remote.query(questionOf(ask)),
    subscribe: async (ask) => remote.subscribe(questionOf(ask)),
    health: () => remote.health(),
    close: () => remote.close(),
  };
}

function questionOf({ document, variables, operationName, context }: Ask): Question {
  return { text: textOf(document), variables, operationName, facts: context.facts, isRepeatable: isRepeatable(document, operationName, variables) };
}

/** The names under which a caller numbers what it asks for, so that asking twice does it once. */
const KEYS = ['clientMessageId', 'idempotencyKey'];

/** Whether a question does no more when it is asked twice: one that changes nothing, or one change that its caller has numbered. */
function isRepeatable(document: DocumentNode, operationName: string | null, variables: Record<string, unknown>): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'mutation') return operation?.operation === 'query';
  return operation.selectionSet.selections.length === 1 && Object.values(variables).some((input) => KEYS.some((key) => typeof (input as Record<string, unknown> | null)?.[key] === 'string'));
}

function textOf(document: DocumentNode): string {
  const before = texts.get(document);
  if (before) return before;
  const text = print(document);
  texts.set(document, text);
  return text;
}
