import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayConfig } from './config.ts';

/** Whether a page of this origin may use the request: our own, an allowed one, or no page at all. */
export function isAllowedOrigin(req: IncomingMessage, config: GatewayConfig): boolean {
  return isOwnPage(req, config) || config.allowedOrigins.includes(req.headers.origin!);
}

/**
 * Whether no page asks, or one of our own: of the host the browser itself asked for, or of the public
 * address when a proxy changed the host.
 */
export function isOwnPage(req: IncomingMessage, config: Pick<GatewayConfig, 'publicUrl'>): boolean {
  const { origin, host } = req.headers;
  if (origin === undefined || origin === new URL(config.publicUrl).origin) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

/** Answers the browser's question before a cross-origin call, and marks the answers that an allowed origin may read. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse, config: GatewayConfig): boolean {
  const { origin } = req.headers;
  if (origin !== undefined && config.allowedOrigins.includes(origin)) {
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
    res.setHeader('vary', 'origin');
    if (req.method === 'OPTIONS') {
      res.setHeader('access-control-allow-methods', 'GET, POST');
      // Cookies stay with our own pages: no credentials, and the cookie header is not listed.
      res.setHeader('access-control-allow-headers', 'authorization, content-type, accept-language, x-client-name, x-request-id');
      res.setHeader('access-control-max-age', '600');
    }
  }
  if (req.method !== 'OPTIONS') return false;
  res.writeHead(204, { allow: 'GET, POST, OPTIONS' });
  res.end();
  return true;
}
