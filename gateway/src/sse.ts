import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { appError } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import type { LiveMap } from '@careline/kit/live';
import { refusalResult } from './errors.ts';
import type { HttpParts } from './http.ts';
import type { Accepted, Answer } from './pipeline.ts';
import type { CloseCode } from './sessions.ts';

type Stream = LiveMap<ExecutionResult, Answer>;

const ENDINGS: Record<CloseCode, Parameters<typeof appError>[0] | null> = { 4401: 'UNAUTHENTICATED', 4403: 'FORBIDDEN', 4205: null, 4429: 'RATE_LIMITED', 1012: 'UNAVAILABLE' };

/**
 * Sends an operation as server-sent events (graphql-sse, one connection for each operation): `next` for each
 * answer and `complete` at the end. What closes a socket with a code ends a stream with the matching error.
 */
export async function sendEvents(
  res: ServerResponse, operation: { accepted: Accepted; facts: RequestFacts; token: string | null }, parts: HttpParts,
): Promise<void> {
  const { accepted, facts, token } = operation;
  const { sessions, pipeline, config } = parts;
  const leave = sessions.enter(facts.address);
  if (!leave || !sessions.hasRoom(facts.identity)) {
    leave?.();
    accepted.place.leave(false);
    throw appError('RATE_LIMITED', { retryAfterMs: 5_000 });
  }
  let stream: Stream | null = null;
  const stop = () => void stream?.return();
  // Counted before the subscription is opened: many at once would all find room.
  const release = sessions.open({
    token, identity: facts.identity,
    close: (code) => {
      const ending = ENDINGS[code];
      if (ending) write(res, refusalResult(appError(ending), facts));
      finish(res);
      stop();
    },
  });
  const comments = setInterval(() => res.write(':\n\n'), config.pingMs);
  res.once('close', stop);
  begin(res);
  try {
    const isStream = accepted.prepared.operation.operation === 'subscription';
    const outcome = isStream ? await pipeline.subscribe(accepted, facts) : await pipeline.run(accepted, facts);
    if (Symbol.asyncIterator in outcome) await sendAll(res, (stream = outcome));
    else if (!res.writableEnded) write(res, outcome);
  } finally {
    clearInterval(comments);
    release();
    leave();
    if (!res.writableEnded) finish(res);
  }
}

async function sendAll(res: ServerResponse, answers: Stream): Promise<void> {
  // Left, or ended from here, while the subscription was being opened.
  if (res.closed || res.writableEnded) await answers.return();
  for await (const answer of answers) {
    if (res.writableEnded) break;
    // A client that does not read makes the stream wait; the subgraph ends it when too much has gathered.
    if (!write(res, answer)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
}

function begin(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  res.flushHeaders();
}

const write = (res: ServerResponse, answer: Answer) => res.write(`event: next\ndata: ${JSON.stringify(answer)}\n\n`);
const finish = (res: ServerResponse) => void res.end('event: complete\ndata:\n\n');
