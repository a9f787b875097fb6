import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, Kind, OperationTypeNode, type DocumentNode } from 'graphql';
import { handleProtocols, makeServer, type Context, type ServerOptions } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Identity } from '@careline/kit/auth';
import { AppError, appError } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import type { Logger } from '@careline/kit/observe';
import type { Place } from './admission.ts';
import { askFirst, senderOf } from './ask-first.ts';
import type { GatewayConfig } from './config.ts';
import { maskError, noPlaceResult, refusalResult } from './errors.ts';
import { readArrival, readBearer, readLocale, type Arrival } from './facts.ts';
import type { Identities } from './identity.ts';
import { isAllowedOrigin } from './origins.ts';
import { Patience } from './patience.ts';
import type { Accepted, Answer, GraphqlParams, Pipeline } from './pipeline.ts';
import type { Sessions } from './sessions.ts';
import { inTurns } from './turns.ts';

/** What one socket is known by, from its handshake on. */
interface Socket {
  socket: WebSocket;
  arrival: Arrival;
  facts: RequestFacts | null;
  release: () => void;
  /** The place of the operation whose message is being handled, when it was asked for before. */
  entered: Place | null;
  patience: Patience;
}

type Params = Record<string, unknown>;
type SocketContext = Context<Params, Socket>;

export interface SocketParts {
  config: GatewayConfig;
  pipeline: Pipeline;
  identities: Identities;
  sessions: Sessions;
  log: Logger;
}

/** The graphql-ws door: takes over the upgrade requests of `/graphql`. */
export interface SocketDoor {
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/**
 * Frames of any kind that one socket may send in ten seconds: twice what the rate of its identity lets through,
 * as each operation may bring its `complete`. Whoever sends more is cut before the frames are looked at.
 */
const FRAMES_MAX = 1_200;
const FRAMES_WINDOW_MS = 10_000;
/** Pieces of one message; browsers and libraries send it whole. */
const FRAGMENTS_MAX = 64;
/** Until a socket that was told to go is gone, whether it answers or not. */
const GONE_AFTER_MS = 1_000;
/** Bytes that may wait for a slow client before its streams wait too, and before it is cut. */
const SLOW_BYTES = 256 * 1024;
const CUT_BYTES = 8 * 1024 * 1024;
/** Operations begun in a turn of the event loop while the door is getting full: whoever is refused meanwhile waits for the turn to end. */
const beginInTurn = inTurns(8);
/** How long a client may take to leave once it was told to. */
const LEAVE_WITHIN_MS = 1_000;

// graphql-ws only wants to see which function to call; the pipeline knows the real document.
const ANY: DocumentNode = {
  kind: Kind.DOCUMENT,
  definitions: [{ kind: Kind.OPERATION_DEFINITION, operation: OperationTypeNode.SUBSCRIPTION, selectionSet: { kind: Kind.SELECTION_SET, selections: [] } }],
};

export function createSocketDoor(parts: SocketParts): SocketDoor {
  const { config, sessions } = parts;
  const server = makeServer<Params, Socket>(protocol(parts));
  // Its types do not know of the fragments yet.
  const settings = { noServer: true, maxPayload: config.limits.bodyBytes, maxFragments: FRAGMENTS_MAX, perMessageDeflate: false, handleProtocols };
  const sockets = new WebSocketServer(settings);
  return {
    upgrade(req, socket, head) {
      const arrival = readArrival(req, config);
      if (!isAllowedOrigin(req, config)) return refuse(socket, '403 Forbidden');
      const leave = socket.destroyed ? null : sessions.enter(arrival.address);
      if (!leave) return refuse(socket, '429 Too Many Requests');
      socket.once('close', leave);
      sockets.handleUpgrade(req, socket, head, (opened) => serve(opened, socket, { socket: opened, arrival, facts: null, release: () => undefined, entered: null, patience: new Patience(unreadWhilePaused(opened, socket)) }, server, parts));
    },
    close: () => new Promise((resolve) => {
      // Those who are told to go may still read why.
      const cut = setTimeout(() => { for (const client of sockets.clients) client.terminate(); }, LEAVE_WITHIN_MS);
      sockets.close(() => {
        clearTimeout(cut);
        resolve();
      });
      for (const client of sockets.clients) client.close(1012, 'restarting');
    }),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.once('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Ties one socket to the protocol: messages in, messages out, pings, and the end of everything it held. */
function serve(socket: WebSocket, line: Duplex, extra: Socket, server: ReturnType<typeof makeServer<Params, Socket>>, { config, log, pipeline }: SocketParts): void {
  let isAlive = true;
  const pings = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, config.pingMs);
  const isTooMuch = countFrames(FRAMES_MAX * config.limits.rateScale, () => cut(socket));
  socket.on('ping', isTooMuch);
  socket.on('pong', () => {
    isAlive = true;
    isTooMuch();
  });
  const hold = gather(line);
  /** Messages whose turn comes later; what comes after them keeps its place behind them. */
  let waiting = 0;
  const begin = beginner(socket, extra, log);
  const closed = server.opened({
    protocol: socket.protocol,
    send: (text) => send(socket, hold, text),
    close: (code, reason) => socket.close(code, reason),
    onMessage: (handle) => socket.on('message', (data) => {
      isAlive = true;
      if (isTooMuch() || socket.readyState !== socket.OPEN) return;
      const { facts, patience } = extra;
      const asked = facts && (pipeline.isFull || patience.isStale) ? askFirst(data as Buffer, { facts, patience }, pipeline) : null;
      if (asked && 'refused' in asked) return void send(socket, hold, asked.refused);
      if (!asked && waiting === 0) return begin(handle, data as Buffer, null);
      waiting += 1;
      beginInTurn(() => {
        waiting -= 1;
        if (socket.readyState === socket.OPEN) begin(handle, data as Buffer, asked?.entered ?? null);
        else asked?.entered.leave(false);
      });
    }),
  }, extra);
  socket.on('error', () => socket.terminate());
  socket.once('close', (code, reason) => {
    clearInterval(pings);
    extra.patience.close();
    extra.release();
    closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'a socket did not end cleanly'));
  });
}

/** Hands a message to the protocol, with the place of the operation that it asks for. */
function beginner(socket: WebSocket, extra: Socket, log: Logger) {
  return (handle: (text: string) => Promise<void>, data: Buffer, entered: Place | null): void => {
    extra.entered = entered;
    handle(String(data)).catch((error: unknown) => {
      log.error({ err: error, requestId: extra.arrival.requestId }, 'a socket message failed');
      socket.close(4500, 'internal error');
    });
    // Not used: the message was none that begins anything.
    extra.entered?.leave(false);
    extra.entered = null;
  };
}

/**
 * The socket, which is not even read from the kernel while it is paused: left to itself a paused line is read until its buffer is full, each frame with
 * a system call of its own. Node has no other way to say so; while a line is not paused this changes nothing.
 */
function unreadWhilePaused(socket: WebSocket, line: Duplex): WebSocket {
  (line as Duplex & { _readableState: { highWaterMark: number } })._readableState.highWaterMark = 1;
  return socket;
}

/** Counts one frame each time; true, and `onTooMany` once, when there were more than `most` (0: any number) in the window. */
function countFrames(most: number, onTooMany: () => void): () => boolean {
  let endsAt = 0;
  let count = 0;
  let isOver = false;
  return () => {
    const now = Date.now();
    if (now >= endsAt) [endsAt, count] = [now + FRAMES_WINDOW_MS, 0];
    count += 1;
    if (isOver || most === 0 || count <= most) return isOver;
    isOver = true;
    onTooMany();
    return true;
  };
}

/** Says why and hears no more; what the socket goes on sending stays in its own buffers. */
function cut(socket: WebSocket): void {
  socket.close(4429, 'too many messages');
  socket.pause();
  setTimeout(() => socket.terminate(), GONE_AFTER_MS).unref();
}

/** Holds back what is written to a line until this tick is over: an answer and its end leave in one system call. */
function gather(line: Duplex): () => void {
  let isHeld = false;
  const release = () => {
    isHeld = false;
    line.uncork();
  };
  return () => {
    if (isHeld) return;
    isHeld = true;
    line.cork();
    process.nextTick(release);
  };
}

function send(socket: WebSocket, hold: () => void, text: string): Promise<void> | void {
  if (socket.readyState !== socket.OPEN) return;
  hold();
  if (socket.bufferedAmount > CUT_BYTES) return socket.terminate();
  if (socket.bufferedAmount < SLOW_BYTES) return socket.send(text);
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

function protocol({ config, pipeline, identities, sessions, log }: SocketParts): ServerOptions<Params, Socket> {
  const run = async (args: unknown): Promise<Answer | AsyncIterable<Answer>> => {
    const { accepted, facts } = (args as { contextValue: { accepted: Accepted; facts: RequestFacts } }).contextValue;
    return accepted.prepared.operation.operation === 'subscription' ? pipeline.subscribe(accepted, facts) : pipeline.run(accepted, facts);
  };
  const letIn = ({ extra, subscriptions }: SocketContext, params: GraphqlParams) => {
    const facts = extra.facts!;
    const entered = extra.entered ?? pipeline.enter(params, senderOf(facts));
    extra.entered = null;
    if ('code' in entered) {
      extra.patience.refused(entered.retryAfterMs);
      return { refused: noPlaceResult(entered, facts) };
    }
    extra.patience.admitted();
    const { streamsPerSocket, streamsPerVisitorSocket } = config.limits;
    if (Object.keys(subscriptions).length <= (facts.identity && facts.identity.kind !== 'CUSTOMER' ? streamsPerSocket : streamsPerVisitorSocket)) return pipeline.admit(params, facts, entered);
    entered.leave(false);
    return { refused: refusalResult(appError('RATE_LIMITED', { retryAfterMs: 1_000 }), facts) };
  };
  return {
    connectionInitWaitTimeout: 5_000,
    onConnect: (ctx) => greet(ctx, identities, sessions, log),
    onSubscribe(ctx, _id, payload) {
      const admitted = letIn(ctx, payload as GraphqlParams);
      if ('refused' in admitted) return (admitted.refused.errors ?? []).map((error) => new GraphQLError(error.message, { extensions: error.extensions }));
      return { document: ANY, schema: NO_SCHEMA, contextValue: { accepted: admitted, facts: ctx.extra.facts! } };
    },
    execute: run as never,
    subscribe: run as never,
    onNext: (_ctx, _id, _payload, _args, result) => result,
    onError: (_ctx, _id, _payload, errors) => errors.map((error) => (error.extensions.code ? error.toJSON() : maskError(error, _ctx.extra.arrival, log))),
  };
}

const NO_SCHEMA = undefined as never;

/** Who is at the other end. A token that is no longer valid ends the socket with 4401; none at all is a visitor to come. */
async function greet(ctx: SocketContext, identities: Identities, sessions: Sessions, log: Logger): Promise<boolean> {
  const { socket, arrival } = ctx.extra;
  const params = ctx.connectionParams ?? {};
  const token = readBearer(params.authorization ?? params.Authorization);
  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    return false;
  };
  let identity: Identity | null = null;
  if (token) {
    try {
      identity = await identities.of(token, arrival.address);
    } catch (error) {
      log.warn({ err: error, requestId: arrival.requestId }, 'an identity could not be found out');
      return close(1013, error instanceof AppError ? error.code : 'UNAVAILABLE');
    }
    if (!identity) return close(4401, 'token not valid');
  }
  if (socket.readyState !== socket.OPEN) return false;
  if (!sessions.hasRoom(identity)) return close(4429, 'too many connections');
  const locale = params['accept-language'] === undefined ? arrival.locale : readLocale(params['accept-language']);
  const clientName = typeof params['x-client-name'] === 'string' ? params['x-client-name'].slice(0, 60) : arrival.clientName;
  ctx.extra.facts = { ...arrival, locale, clientName, identity };
  ctx.extra.release = sessions.open({ token, identity, close: (code, reason) => socket.close(code, reason) });
  return true;
}
