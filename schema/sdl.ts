import { readdirSync, readFileSync } from 'node:fs';

export const SUBGRAPH_NAMES = ['conversations', 'tickets', 'knowledge', 'analytics'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The SDL one subgraph serves: the shared words first, then its modules. */
export function subgraphSdl(name: SubgraphName): string {
  const modules = readdirSync(new URL(`./${name}/`, import.meta.url)).filter((file) => file.endsWith('.graphql')).sort();
  return [read('./shared.graphql'), ...modules.map((file) => read(`./${name}/${file}`))].join('\n');
}

/** The composed supergraph, as committed. */
export function supergraphSdl(): string {
  return read('./supergraph.graphql');
}
