import type { IncomingMessage, ServerResponse } from 'node:http';
import { appError, knownFailure, type AppError } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import type { Logger } from '@careline/kit/observe';
import { endAnswer } from '@careline/kit/rest';
import type { Place } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import { fillFromCookie, moveToCookie, wantsCookie } from './cookies.ts';
import { noPlaceResult, refusal, refusalResult } from './errors.ts';
import { one, readBearer, type Arrival } from './facts.ts';
import type { Identities } from './identity.ts';
import { isAllowedOrigin } from './origins.ts';
import type { Accepted, Answer, GraphqlParams, Pipeline } from './pipeline.ts';
import type { Sessions } from './sessions.ts';
import { sendEvents } from './sse.ts';

export interface HttpParts {
  config: GatewayConfig;
  pipeline: Pipeline;
  identities: Identities;
  sessions: Sessions;
  log: Logger;
}

/** A request that is malformed before it is an operation, with its HTTP status. */
class BadRequest extends Error {
  readonly status: number;
  readonly refusal: AppError;
  /** The methods that would do, of a refused one. */
  readonly allowed: string | undefined;

  constructor(status: number, en: string, zh: string, allowed?: string) {
    super(en);
    this.status = status;
    this.allowed = allowed;
    this.refusal = refusal('BAD_USER_INPUT', en, zh);
  }
}

const BODY_TIMEOUT_MS = 15_000;
const STATUS: Record<string, number> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, RATE_LIMITED: 429, UNAVAILABLE: 503, INTERNAL: 500 };

/** GraphQL over HTTP: POST with JSON, GET for queries, and event streams for whoever accepts them. */
export function createHttpDoor(parts: HttpParts): (req: IncomingMessage, res: ServerResponse, arrival: Arrival, url: URL) => Promise<void> {
  const { config, pipeline, identities } = parts;
  return async (req, res, arrival, url) => {
    try {
      const params = await readParams(req, url, config.limits.bodyBytes);
      const token = readBearer(req.headers.authorization);
      // Before the token is asked about: who is refused must not cost a look-up.
      const place = pipeline.enter(params, token ?? arrival.address ?? '');
      if ('code' in place) return sendAnswer(req, res, noPlaceResult(place, arrival), true, STATUS[place.code]);
      const facts: RequestFacts = { ...arrival, identity: await whoIs(token, arrival, identities, place) };
      const admitted = pipeline.admit(params, facts, place);
      if ('refused' in admitted) return sendAnswer(req, res, admitted.refused, true);
      const turnAway = checkMethod(req, admitted);
      if (turnAway) {
        place.leave(false);
        throw turnAway;
      }
      if (accepts(req, 'text/event-stream')) return await sendEvents(res, { accepted: admitted, facts, token }, parts);
      return sendAnswer(req, res, await runWithCookie(admitted, facts, req, res, parts), false);
    } catch (error) {
      sendFailure(req, res, error, arrival, parts.log);
    }
  };
}

async function whoIs(token: string | null, arrival: Arrival, identities: Identities, place: Place) {
  if (!token) return null;
  try {
    return await identities.of(token, arrival.address);
  } catch (error) {
    place.leave(false);
    throw error;
  }
}

function checkMethod(req: IncomingMessage, { prepared }: Accepted): BadRequest | null {
  const { operation } = prepared.operation;
  if (operation === 'mutation' && req.method === 'GET') return new BadRequest(405, 'A mutation needs POST.', '变更操作必须使用 POST。', 'POST');
  if (operation !== 'subscription' || accepts(req, 'text/event-stream')) return null;
  return new BadRequest(406, 'A subscription needs a socket or `accept: text/event-stream`.', '订阅需要 WebSocket 或 text/event-stream。');
}

async function runWithCookie(accepted: Accepted, facts: RequestFacts, req: IncomingMessage, res: ServerResponse, { config, pipeline }: HttpParts): Promise<Answer> {
  if (!wantsCookie(req) || !isAllowedOrigin(req, config)) return pipeline.run(accepted, facts);
  const filled = fillFromCookie(accepted, req);
  return moveToCookie(filled, await pipeline.run(filled, facts), res, config);
}

async function readParams(req: IncomingMessage, url: URL, limit: number): Promise<GraphqlParams> {
  if (req.method === 'GET') return readQueryString(url);
  if (req.method !== 'POST') throw new BadRequest(405, 'GraphQL needs GET or POST.', 'GraphQL 只接受 GET 或 POST。', 'GET, POST');
  const type = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  // A form of another page can send every type but these without asking.
  if (type !== 'application/json' && type !== 'application/graphql+json') throw new BadRequest(415, 'Send application/json.', '请使用 application/json。');
  const body = parseJson(await readBody(req, limit));
  if (Array.isArray(body)) throw new BadRequest(400, 'One operation in a request: batches are not accepted.', '一次请求只能包含一个操作，不支持批量。');
  if (typeof body !== 'object' || body === null) throw new BadRequest(400, 'The body must be a JSON object.', '请求体必须是 JSON 对象。');
  return body as GraphqlParams;
}

function readQueryString(url: URL): GraphqlParams {
  const get = (name: string) => url.searchParams.get(name) ?? undefined;
  const json = (name: string) => (get(name) ? parseJson(get(name)!) : undefined);
  return { query: get('query'), documentId: get('documentId'), operationName: get('operationName'), variables: json('variables'), extensions: json('extensions') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, 'The request is not valid JSON.', '请求不是有效的 JSON。');
  }
}

// Fatal: bytes that are no text would else be stored as other words than were sent.
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readBody(req: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () => new BadRequest(413, `A request has at most ${limit} bytes.`, `请求最大 ${limit} 字节。`);
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => reject(new BadRequest(408, 'The request came too slowly.', '请求超时。')), BODY_TIMEOUT_MS);
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(tooLarge());
      else chunks.push(chunk);
    });
    req.on('end', () => {
      try {
        resolve(UTF8.decode(Buffer.concat(chunks)));
      } catch {
        reject(new BadRequest(400, 'The request is not UTF-8.', '请求不是有效的 UTF-8 文本。'));
      }
    });
    req.on('error', reject);
    req.on('close', () => clearTimeout(timer));
  });
}

const accepts = (req: IncomingMessage, type: string) => (one(req.headers, 'accept') ?? '').includes(type);

/** Sends one answer. Clients of the newer media type get the outcome as status too; the older one is always 200. */
function sendAnswer(req: IncomingMessage, res: ServerResponse, answer: Answer, isRefused: boolean, status?: number): void {
  const isNewer = accepts(req, 'application/graphql-response+json');
  const error = answer.errors?.[0]?.extensions;
  const retryAfterMs = error?.retryAfterMs;
  if (typeof retryAfterMs === 'number') res.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  const code = status ?? (isNewer && isRefused ? (STATUS[String(error?.code)] ?? 400) : 200);
  const body = Buffer.from(JSON.stringify(answer));
  res.writeHead(code, {
    'content-type': `${isNewer ? 'application/graphql-response+json' : 'application/json'}; charset=utf-8`,
    'content-length': body.length, 'cache-control': 'no-store',
  });
  endAnswer(res, body);
}

function sendFailure(req: IncomingMessage, res: ServerResponse, error: unknown, arrival: Arrival, log: Logger): void {
  if (res.headersSent) return void res.end();
  if (error instanceof BadRequest) {
    if (error.status === 408) res.setHeader('connection', 'close');
    if (error.allowed) res.setHeader('allow', error.allowed);
    return sendAnswer(req, res, refusalResult(error.refusal, arrival), true, error.status);
  }
  const known = knownFailure(error) ?? appError('INTERNAL', { cause: error });
  if (known.code === 'INTERNAL' || known.code === 'UNAVAILABLE') log.error({ err: error, requestId: arrival.requestId }, 'a request failed');
  sendAnswer(req, res, refusalResult(known, arrival), true);
}
