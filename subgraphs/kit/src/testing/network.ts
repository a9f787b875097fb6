import type { SubgraphName } from '@careline/schema';
import type { Subgraph, SubgraphDeps } from '../graphql/index.ts';
import { createLive, type Live } from '../live/index.ts';
import { createServices } from '../services/index.ts';
import { openWire, type Wire } from './wire.ts';

export type SubgraphFactory = (deps: SubgraphDeps) => Promise<Subgraph>;

/** Subgraphs of a world as if each were a process: hints of its own, a port of its own, neighbours only by address. */
export interface Network {
  add(factory: SubgraphFactory): Promise<Subgraph>;
  wireTo(subgraph: Subgraph): Promise<Wire>;
  /** Ends the lines; the subgraphs may then be stopped. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

/** `replaced` are the parts that a test has put in for the real ones; those stay. */
export function openNetwork(deps: SubgraphDeps, replaced: Partial<SubgraphDeps>): Network {
  const { log, clock, redisUrl } = deps;
  const secret = deps.keyring.secret('internal');
  const urls: Partial<Record<SubgraphName, string>> = {};
  const wires = new Map<Subgraph, Promise<Wire>>();
  const lives: Live[] = [];
  const wireTo = (subgraph: Subgraph): Promise<Wire> => {
    const wire = wires.get(subgraph) ?? openWire(subgraph, { secret, log, clock });
    wires.set(subgraph, wire);
    return wire;
  };
  return {
    async add(factory) {
      const live = await createLive({ redisUrl, log });
      lives.push(live);
      const subgraph = await factory({ ...deps, live, services: createServices({ clock, secret, urls, name: 'test' }), ...replaced });
      urls[subgraph.name] = (await wireTo(subgraph)).url;
      return subgraph;
    },
    wireTo,
    async hangUp() {
      for (const wire of wires.values()) await (await wire).close();
    },
    async close() {
      for (const live of lives) await live.close();
    },
  };
}
