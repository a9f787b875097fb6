import { print, type DocumentNode } from 'graphql';
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
  return { text: textOf(document), variables, operationName, facts: context.facts };
}

function textOf(document: DocumentNode): string {
  const before = texts.get(document);
  if (before) return before;
  const text = print(document);
  texts.set(document, text);
  return text;
}
