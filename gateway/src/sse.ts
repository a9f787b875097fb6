import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { appError } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import { refusalResult } from './errors.ts';
import type { HttpParts } from './http.ts';
import type { Accepted, Answer } from './pipeline.ts';
import type { CloseCode } from './sessions.ts';

const ENDINGS: Record<CloseCode, Parameters<typeof appError>[0] | null> = { 4401: 'UNAUTHENTICATED', 4403: 'FORBIDDEN', 4205: null, 4429: 'RATE_LIMITED', 1012: 'UNAVAILABLE' };

/**
 * Sends an operation as server-sent events (graphql-sse, one connection for each operation): `next` for each
 * answer and `complete` at the end. What closes a socket with a code ends a stream with the matching error.
 */
export async function sendEvents(
  req: IncomingMessage, res: ServerResponse, operation: { accepted: Accepted; facts: RequestFacts; token: string | null }, parts: HttpParts,
): Promise<void> {
  const { accepted, facts, token } = operation;
  if (!parts.sessions.hasRoom(facts.address, facts.identity)) {
    accepted.place.leave(false);
    throw appError('RATE_LIMITED', { retryAfterMs: 5_000 });
  }
  const isStream = accepted.prepared.operation.operation === 'subscription';
  const outcome = isStream ? await parts.pipeline.subscribe(accepted, facts) : await parts.pipeline.run(accepted, facts);
  begin(res);
  if (!(Symbol.asyncIterator in outcome)) {
    write(res, outcome);
    return finish(res);
  }
  let isStalled = false;
  const comments = setInterval(() => {
    // No pong tells whether anybody reads: who took nothing between two pings is gone.
    if (isStalled && res.writableNeedDrain) return void res.destroy();
    isStalled = res.writableNeedDrain;
    res.write(':\n\n');
  }, parts.config.pingMs);
  const release = parts.sessions.open({
    address: facts.address, token, identity: facts.identity,
    close: (code) => {
      const ending = ENDINGS[code];
      if (ending) write(res, refusalResult(appError(ending), facts));
      finish(res);
      void outcome.return();
    },
  });
  req.once('close', () => void outcome.return());
  res.once('close', () => void outcome.return());
  try {
    for await (const answer of outcome) {
      if (res.writableEnded) break;
      // A client that does not read makes the stream wait; the subgraph ends it when too much has gathered.
      if (!write(res, answer)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
    }
  } finally {
    clearInterval(comments);
    release();
    if (!res.writableEnded) finish(res);
  }
}

function begin(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  res.flushHeaders();
}

const write = (res: ServerResponse, answer: Answer) => res.write(`event: next\ndata: ${JSON.stringify(answer)}\n\n`);
const finish = (res: ServerResponse) => void res.end('event: complete\ndata:\n\n');
