import { Agent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { away } from './away.ts';

/** Said of a peer that took a request and did not answer it in time. */
export class Overdue extends Error {}

/** HTTP to one server, on connections that are kept. */
export interface HttpLine {
  /** The text of the answer, on a kept connection unless a new one is asked for. Throws UNAVAILABLE; its cause is `Overdue` after `timeoutMs`, waiting for a free connection included. */
  post(path: string, body: string, headers: Record<string, string>, options: { timeoutMs: number; on?: 'kept' | 'new' }): Promise<string>;
  /** Whether a GET of `path`, on a connection of its own, answers 200 in time. */
  probe(path: string, timeoutMs: number): Promise<boolean>;
  close(): void;
}

export function openHttpLine(base: URL): HttpLine {
  const isSecure = base.protocol === 'https:';
  const agent = new (isSecure ? HttpsAgent : Agent)({ keepAlive: true, maxSockets: 128, maxFreeSockets: 32 });
  const exchange = (path: string, body: string | null, headers: Record<string, string>, timeoutMs: number, on: 'kept' | 'new' = 'new') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)(new URL(path, base), { method: body === null ? 'GET' : 'POST', headers, agent: on === 'kept' && agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      });
      // Of our own, because that of the socket begins only when there is one: a frozen peer fills the pool.
      const timer = setTimeout(() => request.destroy(new Overdue(`no answer within ${timeoutMs} ms`)), timeoutMs);
      request.on('error', reject);
      request.on('close', () => clearTimeout(timer));
      request.end(body ?? undefined);
    });
  return {
    async post(path, body, headers, { timeoutMs, on = 'kept' }) {
      const said = { ...headers, 'content-type': 'application/json', accept: 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      const { status, text } = await exchange(path, body, said, timeoutMs, on).catch((cause: unknown) => { throw away(cause); });
      if (status >= 500 && !text.startsWith('{')) throw away(new Error(`status ${status}`));
      return text;
    },
    probe: (path, timeoutMs) => exchange(path, null, {}, timeoutMs).then(({ status }) => status === 200, () => false),
    close: () => agent.destroy(),
  };
}
