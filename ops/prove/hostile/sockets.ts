import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AskError, tell, type Ask } from '../../harness/people.ts';
import type { Arena } from './arena.ts';
import type { Attack, Family, Outcome } from './attack.ts';
import { cpuPerSecond, residentOf } from './process.ts';
import { BareSocket, frame, Op } from './socket.ts';
import { stranger } from './wire.ts';

const QUERY = '{ viewer { serverTime } }';
const WATCH = 'subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { seq ... on MessageSent { message { text } } } }';
const text = (message: object) => frame(Op.Text, JSON.stringify(message));

/** Sends what decides, and takes the time until the server has closed the socket. */
async function closing(socket: BareSocket, decide: () => void): Promise<Outcome> {
  const startedAt = performance.now();
  decide();
  const code = await socket.closed;
  return { code: String(code), ms: performance.now() - startedAt };
}

const FRAMES: [name: string, bytes: (arena: Arena) => Buffer, expected: string][] = [
  ['words that are no JSON', () => frame(Op.Text, '<xml/>'), '4400'],
  ['an unknown message', () => text({ type: 'start' }), '4400'],
  ['bytes that are no text', () => frame(Op.Text, Buffer.from([0xff, 0xfe, 0xfd])), '1007'],
  ['JSON nested 100,000 deep', () => frame(Op.Text, '['.repeat(100_000)), '4400'],
  ['a frame of 300 KB', () => frame(Op.Text, 'x'.repeat(300_000)), '1009'],
  ['a frame said to be 2^40 bytes', () => Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]), '1009'],
  ['a message in 100 pieces', () => Buffer.concat(Array.from({ length: 100 }, (_one, index) => frame(index === 0 ? Op.Text : Op.Continue, ' ', false))), '1008'],
  ['a frame without a mask', () => Buffer.from([0x81, 0x02, 0x7b, 0x7d]), '1002'],
  ['reserved bits', () => Buffer.from([0xf1, 0x80, 1, 2, 3, 4]), '1002'],
  ['a ping of 1 KB', () => Buffer.concat([Buffer.from([0x89, 0xfe, 4, 0, 1, 2, 3, 4]), Buffer.alloc(1_024)]), '1002'],
  ['an operation before it says who it is', () => text({ type: 'subscribe', id: '1', payload: { query: QUERY } }), '4401'],
  ['a forged token', () => text({ type: 'connection_init', payload: { authorization: 'Bearer x.y.z' } }), '4401'],
  ['a token of 200 KB', () => text({ type: 'connection_init', payload: { authorization: `Bearer ${'x'.repeat(200_000)}` } }), '4401'],
  ['two greetings', ({ visitor }) => Buffer.concat(Array.from({ length: 2 }, () => text({ type: 'connection_init', payload: { authorization: `Bearer ${visitor.token}` } }))), '4429'],
];

const frames: Attack[] = FRAMES.map(([name, bytes, expected]) => ({
  name: `socket: ${name}`, expected, door: 'socket',
  async run(arena) {
    const socket = await BareSocket.open(arena.port);
    return closing(socket, () => socket.line.write(bytes(arena)));
  },
}));

const MESSAGES: [name: string, messages: (arena: Arena) => object[], expected: string][] = [
  ['one id for two operations', ({ foreign }) => [1, 2].map(() => ({ type: 'subscribe', id: '1', payload: { query: WATCH, variables: { id: foreign.conversationId } } })), '4409'],
];

const messages: Attack[] = MESSAGES.map(([name, list, expected]) => ({
  name: `socket: ${name}`, expected, door: 'socket',
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena.foreign.token);
    return closing(socket, () => list(arena).forEach((message) => socket.line.write(text(message))));
  },
}));

/** The refusal of one operation, as its error message on the socket. */
async function refused(socket: BareSocket, id: string, decide: () => void): Promise<Outcome> {
  const startedAt = performance.now();
  const answer = socket.until((message) => message.id === id);
  decide();
  const { payload } = await answer;
  const ms = performance.now() - startedAt;
  socket.destroy();
  return { code: /"code":"([A-Z_]+)"/.exec(JSON.stringify(payload))?.[1] ?? 'LET IN', ms };
}

const watching = (name: string, who: 'visitor' | 'outsider', expected: string): Attack => ({
  name: `socket: a conversation of another, by ${name}`, expected, door: 'socket',
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena[who].token);
    return refused(socket, '1', () => socket.subscribe('1', WATCH, { id: arena.foreign.conversationId }));
  },
});

const visitorStreams: Attack = {
  name: 'socket: the 17th stream of a visitor', expected: 'RATE_LIMITED', door: 'socket',
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena.foreign.token);
    for (let index = 0; index < 16; index += 1) socket.subscribe(String(index), WATCH, { id: arena.foreign.conversationId });
    return refused(socket, 'last', () => socket.subscribe('last', WATCH, { id: arena.foreign.conversationId }));
  },
};

const deep: Attack = {
  name: 'socket: a document nested without end', expected: 'COST_LIMIT', door: 'socket',
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena.program());
    return refused(socket, '1', () => socket.subscribe('1', '{ a(b: ['.repeat(2_000)));
  },
};

const STREAMS_MAX = 200;
const tooManyStreams: Attack = {
  name: 'socket: 1,000 subscriptions, of which 200 stay', expected: 'RATE_LIMITED', door: 'socket', times: 2,
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena.program());
    const all = new Set(Array.from({ length: STREAMS_MAX }, (_one, index) => String(index)));
    const open = socket.until((message) => message.type === 'next' && all.delete(message.id!) && all.size === 0);
    for (const id of [...all]) socket.subscribe(id, WATCH, { id: arena.foreign.conversationId });
    await open;
    const others = new Set(Array.from({ length: 799 }, (_one, index) => `more-${index}`));
    const answered = socket.until((message) => others.delete(message.id!) && others.size === 0);
    for (const id of [...others]) socket.subscribe(id, WATCH, { id: arena.foreign.conversationId });
    await answered;
    return refused(socket, 'last', () => socket.subscribe('last', WATCH, { id: arena.foreign.conversationId }));
  },
};

const foreignPage: Attack = {
  name: 'socket: from a page of another origin', expected: '403', door: 'socket',
  async run(arena) {
    const startedAt = performance.now();
    const socket = await BareSocket.open(arena.port, { origin: 'https://evil.example' });
    return { code: String(await socket.closed), ms: performance.now() - startedAt };
  },
};

const PER_IDENTITY = 30;
const perIdentity: Attack = {
  name: 'socket: the 31st of one identity', expected: '4429', door: 'socket',
  async run(arena) {
    const token = arena.program();
    const open = await Promise.all(Array.from({ length: PER_IDENTITY }, () => BareSocket.enter(arena.port, token)));
    const last = await BareSocket.open(arena.port);
    const outcome = await closing(last, () => last.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    for (const socket of open) socket.destroy();
    return outcome;
  },
};

/** `SOCKETS_PER_ADDRESS` of the system under attack. */
export const PER_ADDRESS = 300;
const perAddress: Attack = {
  name: 'socket: one more than an address may have, none of which says who it is', expected: '429', door: 'socket', times: 2,
  async run(arena) {
    const address = stranger();
    const open = await Promise.all(Array.from({ length: PER_ADDRESS }, () => BareSocket.open(arena.port, { address })));
    const startedAt = performance.now();
    const last = await BareSocket.open(arena.port, { address });
    const outcome = { code: String(await last.closed), ms: performance.now() - startedAt };
    for (const socket of open) socket.destroy();
    return outcome;
  },
};

/** Frames that one socket may send in ten seconds, sent in parts that the server has answered. */
const FRAMES_MAX = 1_200;
const flood = (name: string, part: (index: number) => Buffer[]): Attack => ({
  name: `socket: ${name}`, expected: '4429', door: 'socket', times: 2,
  async run(arena) {
    const socket = await BareSocket.enter(arena.port, arena.program());
    let sent = 1;
    for (let index = 0; sent < FRAMES_MAX - 10; index += 1) {
      const frames = part(index);
      socket.line.write(Buffer.concat([...frames, text({ type: 'ping' })]));
      sent += frames.length + 1;
      await Promise.race([socket.until((message) => message.type === 'pong'), socket.closed]);
    }
    return closing(socket, () => socket.line.write(Buffer.concat(Array.from({ length: 60 }, () => text({ type: 'ping' })))));
  },
});

const noGreeting: Attack = {
  name: 'socket: says nothing, cut after 5 s', expected: '4408', door: 'socket', isHeld: true, times: 1,
  async run(arena) {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => BareSocket.open(arena.port)));
    const cpu = cpuPerSecond(arena, sockets.length);
    const codes = new Set(await Promise.all(sockets.map((socket) => socket.closed)));
    return { code: [...codes].join(', '), ms: cpu() };
  },
};

const GROWTH_MAX_MB = 32;
let isFull: Promise<unknown> | null = null;

/** A conversation of 100 messages of the longest kind, said as fast as one visitor may. */
async function fill({ visitor }: Arena): Promise<void> {
  for (let index = 0; index < 100; index += 1) {
    await sayWhenLetIn(visitor.ask, { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: 'x'.repeat(10_000) });
  }
}

async function sayWhenLetIn(ask: Ask, input: object): Promise<void> {
  try {
    await tell(ask, 'sendMessage', input, 'message { seq }');
  } catch (error) {
    if (!(error instanceof AskError) || error.retryAfterMs === null) throw error;
    await delay(error.retryAfterMs);
    return sayWhenLetIn(ask, input);
  }
}

/** 100 streams with 1 MB each to replay, and a reader that takes nothing of it and answers no ping; gives what they made us hold. */
async function readNothing(arena: Arena): Promise<{ code: number; grown: number }> {
  const before = residentOf(arena.pid);
  const socket = await BareSocket.enter(arena.port, arena.program());
  socket.line.pause();
  for (let index = 0; index < 100; index += 1) socket.subscribe(String(index), WATCH, { id: arena.visitor.conversationId });
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, residentOf(arena.pid))), 250);
  // A paused line does not notice its end: writing does. Pings say nothing that counts as being alive.
  const poke = setInterval(() => socket.line.write(frame(Op.Ping, '')), 1_000);
  const code = await socket.closed;
  clearInterval(watch);
  clearInterval(poke);
  return { code, grown: most - before };
}

const neverReads: Attack = {
  name: 'socket: reads nothing of 100 MB, cut after two pings', expected: '1006', door: 'socket', isHeld: true, times: 1,
  async run(arena) {
    await (isFull ??= fill(arena));
    // The first time grows the heap to what such work needs; from then on nothing may be added.
    await readNothing(arena);
    const cpu = cpuPerSecond(arena, 1);
    const { code, grown } = await readNothing(arena);
    return { code: grown > GROWTH_MAX_MB ? `grew ${grown.toFixed(0)} MB` : String(code), ms: cpu() };
  },
};

export const sockets: Family = {
  name: 'sockets',
  attacks: [
    ...frames, ...messages, watching('another visitor', 'visitor', 'NOT_FOUND'), watching('an agent of another team', 'outsider', 'NOT_FOUND'), deep, foreignPage,
    visitorStreams, tooManyStreams, perIdentity, perAddress,
    flood('ping flood', () => Array.from({ length: 30 }, () => text({ type: 'ping' }))),
    flood('subscribe and complete churn', (index) => Array.from({ length: 20 }, (_one, at) => [
      text({ type: 'subscribe', id: `${index}-${at}`, payload: { query: QUERY } }), text({ type: 'complete', id: `${index}-${at}` }),
    ]).flat()),
    noGreeting, neverReads,
  ],
};
