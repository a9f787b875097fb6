// Tickets created by API with 1 and 16 clients and a thousand at once, beside Request Tracker 5 in the same run, by turns.
// npm run bench -- tickets [--seconds 6] [--rounds 2] [--bulks 6] [--json]
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { inWords, meter, pidsOf } from '../harness/cpu.ts';
import { median, percentile, report } from '../harness/figures.ts';
import { arrive, setUpStaff, tell, type Ask } from '../harness/people.ts';
import { startSystem } from '../harness/system.ts';
import { missingRequestTracker, startRequestTracker, type RequestTracker } from './parts/request-tracker.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '2' }, bulks: { type: 'string', default: '6' }, json: { type: 'boolean', default: false } },
});
const SECONDS = Number(options.seconds);
const MANY = 16;
const BULK = 1_000;
const PAGE = 100;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** One side of the comparison. */
interface Door {
  name: string;
  url: string;
  headers: Record<string, string>;
  body(): unknown;
  /** Ids of the tickets that were promised. */
  ids(answer: string): string[];
}

const agent = new Agent({ keepAlive: true, maxSockets: MANY });

function post({ url, headers }: Door, body: unknown): Promise<string> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const told = Buffer.concat(chunks).toString();
        if (answer.statusCode === 201) resolve(told);
        else reject(new Error(`${url} answered ${answer.statusCode}: ${told.slice(0, 300)}`));
      });
    });
    asked.once('error', reject);
    asked.end(text);
  });
}

interface Figures {
  count: number;
  perSecond: number;
  p99Ms: number;
}

/** `clients` that create one ticket after the other; what was promised goes into the ledger. */
async function load(door: Door, clients: number, ledger: Set<string>): Promise<Figures> {
  const times: number[] = [];
  const began = performance.now();
  const until = began + SECONDS * 1_000;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < until) {
      const from = performance.now();
      for (const id of door.ids(await post(door, door.body()))) ledger.add(id);
      times.push(performance.now() - from);
    }
  }));
  return { count: times.length, perSecond: (times.length * 1_000) / (performance.now() - began), p99Ms: percentile(times, 0.99) };
}

/** Promised tickets that are not there when they are asked for by id. */
async function lost(ask: Ask, ledger: ReadonlySet<string>): Promise<number> {
  const ids = [...ledger];
  let found = 0;
  for (let from = 0; from < ids.length; from += PAGE) {
    const { tickets } = await ask<{ tickets: { nodes: unknown[] } }>('query ($filter: TicketFilter) { tickets(filter: $filter, first: 100) { nodes { id } } }', { filter: { ids: ids.slice(from, from + PAGE) } });
    found += tickets.nodes.length;
  }
  return ids.length - found;
}

const missing = missingRequestTracker(say);
if (missing) say(`SKIPPED the peer: ${missing}`);
const system = await startSystem('one');
let peer: RequestTracker | null = null;
let exitCode = 0;
try {
  peer = missing ? null : await startRequestTracker(MANY);
  const base = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const staff = await setUpStaff(base);
  const visitor = await arrive(base, staff.channelKey);
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '短信验证码收不到' }, 'message { seq }');
  const { conversation } = await staff.ask<{ conversation: { customer: { id: string } } }>('query ($id: ID!) { conversation(id: $id) { customer { id } } }', { id: visitor.conversationId });
  visitor.client.close();
  const item = () => ({ category: 'TECHNICAL', subject: '收不到短信验证码', description: '已尝试三次，手机号没有更换，信号正常。', priority: 'P1', customerId: conversation.customer.id });
  const ours: Door = {
    name: 'careline', url: `${base}/create_ticket`, headers: { authorization: `Bearer ${staff.token}` }, body: item,
    ids: (answer) => (JSON.parse(answer) as { results: { ticketId: string }[] }).results.map(({ ticketId }) => ticketId),
  };
  const theirs: Door | null = peer && {
    name: 'request-tracker', url: `${peer.url}/REST/2.0/ticket`, headers: peer.headers, body: () => ({ Queue: 'General', Subject: '收不到短信验证码', Requestor: 'guest@example.com', Content: '已尝试三次，手机号没有更换，信号正常。' }),
    ids: (answer) => [(JSON.parse(answer) as { id: string }).id],
  };
  const pids = await pidsOf(system);
  const ledgers = new Map<Door, Set<string>>();
  const found = new Map<string, number[]>();
  const note = (name: string, value: number) => found.set(name, [...(found.get(name) ?? []), value]);
  const doors = [ours, ...(theirs ? [theirs] : [])];
  // Whoever was just started has to load its code first.
  for (const door of doors) ledgers.set(door, new Set(door.ids(await post(door, door.body()))));
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const clients of [1, MANY]) {
      for (const door of doors) {
        const used = meter(pids);
        const { count, perSecond, p99Ms } = await load(door, clients, ledgers.get(door)!);
        note(`${door.name} ${clients}`, perSecond);
        say(`round ${round + 1}, ${clients} ${clients === 1 ? 'client' : 'clients'}: ${door.name} ${perSecond.toFixed(1)} a second, p99 ${p99Ms.toFixed(0)} ms${door === ours ? `; processor time for each: ${inWords(used(count))}` : ''}`);
      }
    }
  }
  for (let turn = 0; turn < Number(options.bulks); turn += 1) {
    const from = performance.now();
    const used = meter(pids);
    const ids = ours.ids(await post(ours, Array.from({ length: BULK }, item)));
    const seconds = (performance.now() - from) / 1_000;
    for (const id of ids) ledgers.get(ours)!.add(id);
    note('bulk', BULK / seconds);
    say(`a thousand at once: ${seconds.toFixed(2)} s, ${(BULK / seconds).toFixed(0)} a second; processor time for each: ${inWords(used(BULK))}`);
  }
  const of = (name: string) => median(found.get(name) ?? [0]);
  const gone = await lost(staff.ask, ledgers.get(ours)!);
  const goneThere = peer ? ledgers.get(theirs!)!.size - (await peer.count()) : 0;
  say(`ledger: ${ledgers.get(ours)!.size} tickets promised here, ${gone} not there${peer ? `; ${ledgers.get(theirs!)!.size} promised by Request Tracker, ${goneThere} not there` : ''}`);
  if (gone > 0 || goneThere > 0) exitCode = 1;
  report('tickets', {
    ...(peer ? { peer_ratio_1: of('careline 1') / of('request-tracker 1'), peer_ratio_16: of('careline 16') / of('request-tracker 16') } : {}),
    bulk_per_s: of('bulk'), per_s_1: of('careline 1'), per_s_16: of('careline 16'), lost: gone,
    ...(peer ? { peer_per_s_1: of('request-tracker 1'), peer_per_s_16: of('request-tracker 16') } : {}),
  }, options.json);
} catch (error) {
  console.error(error);
  exitCode = 1;
} finally {
  agent.destroy();
  await peer?.close();
  await system.stop();
}
process.exit(exitCode);
