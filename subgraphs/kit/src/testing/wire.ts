import { serveSubgraph, type Subgraph } from '../graphql/index.ts';
import type { Logger } from '../observe/index.ts';
import { openRemoteSubgraph, type RemoteSubgraph } from '../remote/index.ts';
import type { Clock } from '../time/index.ts';

/** A subgraph behind a loopback port of its own, and the line on which a gateway in another process asks it. */
export interface Wire {
  /** `http://127.0.0.1:port/graphql` */
  url: string;
  remote: RemoteSubgraph;
  /** Whether the stream with this request id listens, once it has begun. */
  begun(requestId: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function openWire(subgraph: Subgraph, { secret, log, clock }: { secret: Buffer; log: Logger; clock: Clock }): Promise<Wire> {
  const waiting = new Map<string, (isListening: boolean) => void>();
  const onBegun = (requestId: string, isListening: boolean) => {
    waiting.get(requestId)?.(isListening);
    waiting.delete(requestId);
  };
  const served = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', secret, log, clock, onBegun });
  const url = `${served.url}/graphql`;
  const remote = openRemoteSubgraph({ url, secret, timeoutMs: 15_000, keepAliveMs: 15_000 });
  return {
    url, remote,
    begun: (requestId) => new Promise((resolve) => waiting.set(requestId, resolve)),
    async close() {
      await remote.close();
      await served.close();
    },
  };
}
