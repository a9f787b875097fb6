import type { IncomingMessage } from 'node:http';
import type { GatewayConfig } from './config.ts';

/** Whether a browser opened `/graphql` without a query and wants to see GraphiQL; only outside production. */
export function wantsGraphiql(req: IncomingMessage, url: URL, config: GatewayConfig): boolean {
  if (config.isProduction || req.method !== 'GET' || url.searchParams.has('query') || url.searchParams.has('documentId')) return false;
  return (req.headers.accept ?? '').includes('text/html');
}
