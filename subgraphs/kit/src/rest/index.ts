import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse, toProblem, type Locale } from '../errors/index.ts';

/**
 * The whole body of a request. Throws the refusal FILE_TOO_LARGE (413) as soon as it passes `limit` bytes,
 * announced or not.
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => refuse('FILE_TOO_LARGE', null, { zh: `请求内容不能超过 ${limit} 字节。`, en: `The body may hold ${limit} bytes at most.` });
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
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
  res.end(text);
}

/** Answers with the problem that `error` is to the caller (RFC 9457). Does nothing once an answer has begun but end it. */
export function sendProblem(res: ServerResponse, error: unknown, facts: { requestId: string; locale: Locale }): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const problem = toProblem(error, facts.requestId, facts.locale);
  // The rest of a refused body is not read, so the connection can't serve another request.
  if (problem.status === 413) res.setHeader('connection', 'close');
  sendJson(res, problem.status, problem, 'application/problem+json');
}
