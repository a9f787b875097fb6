import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from 'graphql-yoga';
import type { GatewayConfig } from './config.ts';

const QUERY = `# Sign in first: mutation { signIn(input: {name: "…", password: "…"}) { accessToken } }
# then set the header {"authorization": "Bearer …"}.
query Me {
  viewer { kind serverTime }
}
`;

// The page of graphql-yoga, which the router runtime brings, loads its scripts from unpkg.com.
const POLICY = "default-src 'self' https://unpkg.com; script-src 'self' 'unsafe-inline' 'unsafe-eval' https://unpkg.com blob:; style-src 'self' 'unsafe-inline' https://unpkg.com; font-src https://unpkg.com data:; img-src * data:; connect-src 'self' ws: wss: https://unpkg.com; worker-src blob:; frame-ancestors 'none'";

/** Shows GraphiQL to a browser that opens `/graphql` without a query; only outside production. */
export function renderGraphiql(req: IncomingMessage, res: ServerResponse, url: URL, config: GatewayConfig): boolean {
  if (config.isProduction || req.method !== 'GET' || url.searchParams.has('query') || url.searchParams.has('documentId')) return false;
  if (!(req.headers.accept ?? '').includes('text/html')) return false;
  const html = renderGraphiQL({ title: 'Careline GraphiQL', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: QUERY } as Parameters<typeof renderGraphiQL>[0]);
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': POLICY });
  res.end(html);
  return true;
}
