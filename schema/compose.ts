import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { SUBGRAPH_NAMES, subgraphSdl } from './sdl.ts';

const COMMITTED = new URL('./supergraph.graphql', import.meta.url);

/** The supergraph that the router loads, composed from the SDL of this folder. Throws with every problem when the parts do not fit. */
export function composeSupergraph(): string {
  const composed = composeServices(SUBGRAPH_NAMES.map((name) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(subgraphSdl(name)) })));
  if (compositionHasErrors(composed)) throw new Error(composed.errors.map((error) => error.message).join('\n'));
  return composed.supergraphSdl;
}

function main(): void {
  const fresh = composeSupergraph();
  if (process.argv.includes('--write')) writeFileSync(COMMITTED, fresh);
  else if (readFileSync(COMMITTED, 'utf8') !== fresh) throw new Error('schema/supergraph.graphql is stale: run npm run generate');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
