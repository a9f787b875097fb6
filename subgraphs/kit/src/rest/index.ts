import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { appError, refuse, toProblem, type Locale } from '../errors/index.ts';

export { jsonFault, type JsonFault } from './json-fault.ts';
export { formBoundary, readForm, type FormPart } from './multipart.ts';

/**
 * The whole body of a request. Throws the refusal FILE_TOO_LARGE (413) as soon as it passes `limit` bytes,
 * announced or not.
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => refuse('FILE_TOO_LARGE', null, { zh: `请求内容不能超过 ${limit} 字节。`, en: `The body may hold ${limit} bytes at most.` });
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed on the way out: the refusal still has to go out on the same line.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Answers with JSON. */
export function sendJson(res: ServerResponse, status: number, body: unknown, contentType = 'application/json'): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': `${contentType}; charset=utf-8`, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' });
  endAnswer(res, text);
}

/** For so long what still comes of a request that is answered is read and thrown away. */
const DROPPING_MS = 5_000;

/**
 * Ends an answer, with its last bytes. When the request is still coming, they go out at once and the end waits until the rest
 * was read and dropped, for a while. Ended at once, the answer would often be lost with the line: when bytes are left that
 * nobody reads, all the other side hears is that it was reset.
 */
export function endAnswer(res: ServerResponse, last: string | Buffer = ''): void {
  const { req } = res;
  if (req.complete) return void res.end(last);
  if (last.length > 0) res.write(last);
  const cut = setTimeout(() => res.end(() => req.destroy()), DROPPING_MS);
  const end = () => {
    clearTimeout(cut);
    res.end();
  };
  req.once('end', end).once('close', end);
  // What takes chunks goes on taking them; what asked for them has stopped, and would keep the rest waiting.
  if (req.listenerCount('data') === 0) req.removeAllListeners('readable').resume();
}

/** Answers with the problem that `error` is to the caller (RFC 9457). Does nothing once an answer has begun but end it. */
export function sendProblem(res: ServerResponse, error: unknown, facts: { requestId: string; locale: Locale }): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const problem = toProblem(error, facts.requestId, facts.locale);
  if (problem.status === 401) res.setHeader('www-authenticate', 'Bearer');
  sendJson(res, problem.status, problem, 'application/problem+json');
}

/** Answers a request whose method the path does not take: 405 with the problem, and in `Allow` those that it takes (`GET, HEAD`). */
export function refuseMethod(res: ServerResponse, allowed: string, facts: { requestId: string; locale: Locale }): void {
  const error = appError('BAD_USER_INPUT', { words: { zh: `此路径只接受 ${allowed}。`, en: `This path takes ${allowed} alone.` } });
  res.setHeader('allow', allowed);
  sendJson(res, 405, { ...toProblem(error, facts.requestId, facts.locale), status: 405 }, 'application/problem+json');
}

const SWEEP_MS = 50;

/**
 * When all that has come to this process so far was read, in a whole turn of its loop from now: a busy one else closes what
 * holds a request, or a caller, that it has not looked at.
 */
const hearAll = () => new Promise<void>((resolve) => { setImmediate(() => setImmediate(resolve)); });

/**
 * Lets go of the port and finishes what is under way. Kept connections end with the answer they carry, else their
 * callers would go on asking here; one on which nothing comes is closed after a twentieth of `withinMs`, because a
 * request may just be on its way, and whatever is left after all of it is cut.
 */
export async function closeGently(server: Server, withinMs: number): Promise<void> {
  if (!server.listening) return;
  server.prependListener('request', (_req, res: ServerResponse) => void res.setHeader('connection', 'close'));
  let sweep: NodeJS.Timeout | undefined;
  const wait = setTimeout(() => { sweep = setInterval(() => void hearAll().then(() => server.closeIdleConnections()), SWEEP_MS); }, withinMs / 20);
  const cut = setTimeout(() => server.closeAllConnections(), withinMs);
  await hearAll();
  // That of the HTTP server would close idle connections at once.
  await new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  for (const timer of [wait, sweep, cut]) clearTimeout(timer);
  server.close();
}
