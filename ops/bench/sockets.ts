// Ten thousand visitors with an open stream each on one node: memory for each socket, and delivery times with 1 % of them talking.
// npm run bench -- sockets [--sockets 10000] [--seconds 30] [--json]
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { percentile, report } from '../harness/figures.ts';
import { arrive, setUpStaff, tell, type Staff } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';
import { rssOf } from './parts/processes.ts';

const { values: options } = parseArgs({
  options: { sockets: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '30' }, json: { type: 'boolean', default: false } },
});
const SOCKETS = Number(options.sockets);
const ACTIVE_SHARE = 0.01;
const TALK_EVERY_MS = 3_000;
const ARRIVING_AT_ONCE = 16;
const OPENING_AT_ONCE = 50;
/** A source address has 28,000 ports towards one door, and other programs use them too. */
const SOCKETS_PER_ADDRESS = 2_500;
const SETTLE_MS = 5_000;
/** Makes the measured processes collect their garbage when asked. */
const GARBAGE = `--import ${new URL('./parts/garbage.mjs', import.meta.url).href}`;
const STREAM = readFileSync(new URL('../../schema/operations/visitor-message-sent.graphql', import.meta.url), 'utf8');
const say = (text: string) => process.stderr.write(`${text}\n`);

interface VisitorLine {
  conversationId: string;
  token: string;
  socket: WebSocket | null;
  lastSeq: number;
  heartbeats: number;
}

/** When each message left, by its client id; emptied by the visitor's own stream. */
const begun = new Map<string, number>();
const deliveryMs: number[] = [];
let ended = 0;

async function inParts<T>(items: readonly T[], atOnce: number, work: (item: T, place: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < items.length) {
      const place = next++;
      await work(items[place]!, place);
    }
  }));
}

async function welcome(url: string, staff: Staff): Promise<VisitorLine[]> {
  const lines: VisitorLine[] = [];
  await inParts(Array.from({ length: SOCKETS }), ARRIVING_AT_ONCE, async () => {
    const { client, conversationId, token } = await arrive(url, staff.channelKey);
    client.close();
    lines.push({ conversationId, token: await token(), socket: null, lastSeq: 0, heartbeats: 0 });
    if (lines.length % 1000 === 0) say(`${lines.length} visitors have come`);
  });
  return lines;
}

interface Frame {
  type: string;
  payload?: { data?: { messageSent: { __typename: string; seq: number; message?: { clientMessageId: string | null } } }; errors?: unknown };
}

function onFrame(line: VisitorLine, { type, payload }: Frame): void {
  if (type === 'ping') line.socket!.send('{"type":"pong"}');
  if (type !== 'next') return;
  const event = payload!.data!.messageSent;
  if (event.__typename === 'ConversationHeartbeat') line.heartbeats += 1;
  if (event.__typename !== 'MessageSent') return;
  line.lastSeq = event.seq;
  const id = event.message!.clientMessageId;
  const at = id === null ? undefined : begun.get(id);
  if (at === undefined) return;
  deliveryMs.push(performance.now() - at);
  begun.delete(id!);
}

/** Opens the stream of one visitor as the widget does; resolves with its first event. */
function openStream(url: string, line: VisitorLine, place: number): Promise<void> {
  const localAddress = `127.0.0.${2 + Math.floor(place / SOCKETS_PER_ADDRESS)}`;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false, localAddress });
  line.socket = socket;
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => { ended += 1; });
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${line.token}` } })));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: STREAM, variables: { conversationId: line.conversationId, afterSeq: 0 } } }));
      else if (frame.type === 'error' || frame.payload?.errors) reject(new Error(JSON.stringify(frame.payload)));
      else onFrame(line, frame);
      if (frame.type === 'next') resolve();
    });
  });
}

/** Agents answer 1 % of the visitors, each once in three seconds, however slow the deliveries are. */
async function talk(lines: readonly VisitorLine[], staff: Staff, seconds: number): Promise<void> {
  const active = lines.filter((_, place) => place % Math.round(1 / ACTIVE_SHARE) === 0);
  const start = performance.now();
  const turns = Math.floor((seconds * 1000) / TALK_EVERY_MS);
  const plan = active.flatMap((line, place) => Array.from({ length: turns }, (_, turn) => ({ line, at: start + (turn + place / active.length) * TALK_EVERY_MS }))).sort((a, b) => a.at - b.at);
  const answers: Promise<unknown>[] = [];
  for (const { line, at } of plan) {
    const early = at - performance.now();
    if (early > 0) await pause(early);
    const clientMessageId = randomUUID();
    begun.set(clientMessageId, at);
    answers.push(tell(staff.ask, 'sendMessage', { conversationId: line.conversationId, clientMessageId, text: 'We look into it.', lastSeenSeq: line.lastSeq, confirm: true }, 'message { seq }'));
  }
  await Promise.all(answers);
  const patience = performance.now() + 10_000;
  while (begun.size > 0 && performance.now() < patience) await pause(50);
  if (begun.size > 0) throw new Error(`${begun.size} messages never arrived`);
}

/** RSS of the answering and the working process, in MB, once both have collected their garbage. */
async function weigh(system: System): Promise<number> {
  const pids = system.parts.map((part) => part.pid!);
  for (const pid of pids) process.kill(pid, 'SIGUSR2');
  await pause(SETTLE_MS);
  return pids.reduce((sum, pid) => sum + (rssOf(pid)?.mb ?? 0), 0);
}

async function main(): Promise<void> {
  const system = await startSystem('one', { NODE_OPTIONS: GARBAGE });
  try {
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const staff = await setUpStaff(url);
    const lines = await welcome(url, staff);
    const before = await weigh(system);
    const from = performance.now();
    await inParts(lines, OPENING_AT_ONCE, (line, place) => openStream(url, line, place));
    const openSeconds = (performance.now() - from) / 1000;
    say(`${lines.length} sockets in ${openSeconds.toFixed(1)} s`);
    await talk(lines, staff, Number(options.seconds));
    const after = await weigh(system);
    const silent = lines.filter((line) => line.heartbeats === 0).length;
    say(`RSS ${before.toFixed(0)} MB without sockets, ${after.toFixed(0)} MB with; ${deliveryMs.length} deliveries, p50 ${percentile(deliveryMs, 0.5).toFixed(1)} ms; ${silent} streams without a heartbeat`);
    if (ended > 0) throw new Error(`${ended} sockets were closed`);
    if (silent > 0 && Number(options.seconds) >= 25) throw new Error(`${silent} streams were not told that they are alive`);
    report('sockets', { sockets: lines.length, kb_per_socket: ((after - before) * 1024) / lines.length, p99_ms: percentile(deliveryMs, 0.99), rss_mb: after, open_s: openSeconds }, options.json);
  } finally {
    await system.stop();
  }
}

await main();
process.exit(0);
