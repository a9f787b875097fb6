// Cuts everything, two hundred times, while customers and agents talk; then counts.
// Then the same on two builds from which a guarantee was taken out: the count must notice both.
// npm run prove -- resume [--messages 2000] [--cuts 200] [--shape one|many] [--seed N] [--controls only|none]
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as rest } from 'node:timers/promises';
import { breakBuild, type FaultName } from '../harness/broken-build.ts';
import { FaultProxy } from '../harness/fault-proxy.ts';
import { arrive, asker, setUpStaff, tell, type Staff, type Visitor } from '../harness/people.ts';
import { Random } from '../harness/random.ts';
import { startSystem, type Part, type System } from '../harness/system.ts';
import { connect } from '../../schema/examples/live-inbox.mjs';

const { values: options } = parseArgs({
  options: { messages: { type: 'string', default: '2000' }, cuts: { type: 'string', default: '200' }, shape: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, conversations: { type: 'string', default: '16' }, controls: { type: 'string' } },
});
/** How much is said and how often it is cut. */
interface Measure {
  messages: number;
  cuts: number;
  /** How long everybody may take to become current after the last cut. */
  settleMs: number;
}

/** The guarantees that this proof must miss when they are gone. */
const CONTROLS: FaultName[] = ['unique-key', 'after-seq'];
const FULL: Measure = { messages: Number(options.messages), cuts: Number(options.cuts), settleMs: 180_000 };
const CONTROL: Measure = { messages: Math.min(400, FULL.messages), cuts: Math.min(60, FULL.cuts), settleMs: 45_000 };

type Side = 'visitor' | 'agent';

/** What one side wrote and what the other side's screen showed. */
class Ledger {
  readonly sent = new Map<string, { side: Side; conversationId: string }>();
  readonly seen: Record<Side, Map<string, number>> = { visitor: new Map(), agent: new Map() };
  readonly lastSeq: Record<Side, Map<string, number>> = { visitor: new Map(), agent: new Map() };
  readonly acked = new Set<string>();
  reordered = 0;

  see(screen: Side, conversationId: string, message: { seq: number; clientMessageId: string | null }): void {
    const last = this.lastSeq[screen].get(conversationId) ?? 0;
    if (message.seq <= last) this.reordered += 1;
    this.lastSeq[screen].set(conversationId, message.seq);
    if (message.clientMessageId) this.seen[screen].set(message.clientMessageId, (this.seen[screen].get(message.clientMessageId) ?? 0) + 1);
  }

  countSeen(by: Side, from: Side): { seen: number; dup: number } {
    let seen = 0;
    let dup = 0;
    for (const [id, { side }] of this.sent) {
      if (side !== from) continue;
      const times = this.seen[by].get(id) ?? 0;
      if (times > 0) seen += 1;
      if (times > 1) dup += times - 1;
    }
    return { seen, dup };
  }
}

/** Keeps trying one message, always with the same id, until the server says that it is stored. */
async function deliver(ledger: Ledger, side: Side, ask: ReturnType<typeof asker>, conversationId: string, random: Random): Promise<void> {
  const clientMessageId = randomUUID();
  ledger.sent.set(clientMessageId, { side, conversationId });
  let lastSeenSeq = side === 'agent' ? (ledger.lastSeq.agent.get(conversationId) ?? 0) : null;
  for (;;) {
    try {
      const input = { conversationId, clientMessageId, text: `message ${clientMessageId}`, lastSeenSeq, confirm: lastSeenSeq !== null };
      await tell(ask, 'sendMessage', input, 'message { seq }');
      ledger.acked.add(clientMessageId);
      return;
    } catch (error) {
      if (error instanceof Error && /was refused/.test(error.message)) throw error;
      await rest(50 + random.next() * 300);
      lastSeenSeq = side === 'agent' ? (ledger.lastSeq.agent.get(conversationId) ?? 0) : null;
    }
  }
}

interface Cast {
  staff: Staff;
  visitors: Visitor[];
  doors: { visitor: FaultProxy[]; agent: FaultProxy };
}

async function assemble(system: System): Promise<Cast> {
  const ports = () => system.gateways.map((gateway) => gateway.port!);
  const agentDoor = await FaultProxy.open(ports);
  const staff = await setUpStaff(agentDoor.url);
  const visitors: Visitor[] = [];
  const visitorDoors: FaultProxy[] = [];
  for (let index = 0; index < Number(options.conversations); index++) {
    const door = await FaultProxy.open(ports);
    const visitor = await arrive(door.url, staff.channelKey);
    visitorDoors.push(door);
    visitors.push(visitor);
    await tell(staff.ask, 'assignConversation', { conversationId: visitor.conversationId, agentId: staff.agentId }, 'conversation { id }');
  }
  return { staff: { ...staff, ask: asker(agentDoor.url, () => staff.token) }, visitors, doors: { visitor: visitorDoors, agent: agentDoor } };
}

/** Writes the messages that each cut releases, so that talk and trouble go on at the same time. */
function startWriters(ledger: Ledger, cast: Cast, random: Random, messages: number) {
  let released = 0;
  const running: Promise<void>[] = [];
  const write = (side: Side, index: number) => {
    const visitor = cast.visitors[index % cast.visitors.length]!;
    return deliver(ledger, side, side === 'visitor' ? visitor.ask : cast.staff.ask, visitor.conversationId, random);
  };
  return {
    releaseUpTo(count: number): void {
      for (; released < Math.min(count, messages); released++) running.push(write('visitor', released), write('agent', released));
    },
    finished: () => Promise.all(running),
  };
}

async function cutOnce(system: System, cast: Cast, random: Random, repairs: Promise<void>[]): Promise<string> {
  const ms = random.between(100, 120_000);
  const draw = random.next();
  if (draw < 0.7) {
    // Clients may stay away for as long as two minutes while everybody else goes on.
    (random.next() < 0.15 ? cast.doors.agent : random.pick(cast.doors.visitor)).cut(ms);
    return 'client';
  }
  const part: Part = draw < 0.85 ? random.pick(system.gateways) : random.pick(system.conversations);
  await Promise.all(repairs);
  repairs.length = 0;
  repairs.push(part.kill().then(() => rest(Math.min(ms, 2_000))).then(() => part.start()));
  return part.name.replace(/-\d$/, '');
}

async function storedIn(cast: Cast): Promise<Map<string, number>> {
  const stored = new Map<string, number>();
  for (const visitor of cast.visitors) {
    for (let afterSeq = 0, more = true; more;) {
      const { conversation } = await cast.staff.ask<{ conversation: { messages: { nodes: { seq: number; clientMessageId: string | null }[]; pageInfo: { hasNextPage: boolean } } } }>(
        'query ($id: ID!, $afterSeq: Int!) { conversation(id: $id) { messages(first: 100, afterSeq: $afterSeq) { nodes { seq clientMessageId } pageInfo { hasNextPage } } } }', { id: visitor.conversationId, afterSeq });
      for (const { seq, clientMessageId } of conversation.messages.nodes) {
        if (seq !== afterSeq + 1) throw new Error(`seq ${afterSeq + 1} is missing in the table`);
        afterSeq = seq;
        if (clientMessageId) stored.set(clientMessageId, (stored.get(clientMessageId) ?? 0) + 1);
      }
      more = conversation.messages.pageInfo.hasNextPage;
    }
  }
  return stored;
}

async function settle(ledger: Ledger, { messages, settleMs }: Measure): Promise<void> {
  const until = Date.now() + settleMs;
  const isDone = () => (['visitor', 'agent'] as const).every((by) => (['visitor', 'agent'] as const).every((from) => ledger.countSeen(by, from).seen === messages));
  while (!isDone() && Date.now() < until) await rest(200);
}

async function prove(shape: 'one' | 'many', random: Random, measure: Measure, root?: string): Promise<boolean> {
  const system = await startSystem(shape, {}, root);
  const ledger = new Ledger();
  const repairs: Promise<void>[] = [];
  const kinds = new Map<string, number>();
  let cast: Cast | null = null;
  try {
    cast = await assemble(system);
    const agentScreen = connect({ url: cast.doors.agent.url, token: cast.staff.token });
    const inbox = agentScreen.liveInbox({ onMessage: (id, message) => ledger.see('agent', id, message) });
    const screens = cast.visitors.map((visitor) => visitor.client.followConversation(visitor.conversationId, (id, message) => ledger.see('visitor', id, message)));
    const writers = startWriters(ledger, cast, random, measure.messages);
    for (let cut = 1; cut <= measure.cuts; cut++) {
      writers.releaseUpTo(Math.ceil((measure.messages * cut) / measure.cuts));
      const kind = await cutOnce(system, cast, random, repairs);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      await rest(150 + random.next() * 500);
    }
    await Promise.all(repairs);
    await writers.finished();
    await settle(ledger, measure);
    const isGood = await report(shape, ledger, cast, kinds, measure.messages);
    inbox.stop();
    for (const screen of screens) screen.stop();
    agentScreen.close();
    for (const visitor of cast.visitors) visitor.client.close();
    return isGood;
  } finally {
    await Promise.allSettled(repairs);
    await system.stop();
    for (const door of [...(cast?.doors.visitor ?? []), ...(cast ? [cast.doors.agent] : [])]) await door.close();
  }
}

async function report(shape: string, ledger: Ledger, cast: Cast, kinds: Map<string, number>, messages: number): Promise<boolean> {
  const stored = await storedIn(cast);
  console.log(`shape ${shape}: cuts ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}; acked ${ledger.acked.size}`);
  let isGood = ledger.reordered === 0;
  for (const from of ['visitor', 'agent'] as const) for (const by of ['visitor', 'agent'] as const) {
    const ids = [...ledger.sent].filter(([, { side }]) => side === from).map(([id]) => id);
    const inTable = ids.filter((id) => stored.has(id)).length;
    const doubles = ids.reduce((sum, id) => sum + Math.max(0, (stored.get(id) ?? 0) - 1), 0);
    const { seen, dup } = ledger.countSeen(by, from);
    console.log(`${shape} ${from} -> ${by}: sent=${ids.length} stored=${inTable} seen=${seen} dup=${dup + doubles} gap=${inTable - seen} reordered=${ledger.reordered}`);
    isGood &&= ids.length === messages && inTable === messages && seen === messages && dup + doubles === 0;
  }
  return isGood;
}

/** Runs the proof on a build without a guarantee; true when the count noticed. */
async function control(name: FaultName, random: Random): Promise<boolean> {
  const root = breakBuild(name);
  try {
    console.log(`control: a build without ${name}`);
    const isNoticed = !(await prove('one', random, CONTROL, root));
    console.log(`control ${name}: ${isNoticed ? 'caught' : 'NOT caught'}`);
    return isNoticed;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const shapes = options.controls === 'only' ? [] : options.shape ? [options.shape as 'one' | 'many'] : (['one', 'many'] as const);
const controls = options.controls === 'none' ? [] : CONTROLS;
const random = new Random(Number(options.seed));
console.log(`seed ${options.seed}, ${FULL.cuts} cuts, ${FULL.messages} messages each way, ${options.conversations} conversations`);
let passed = 0;
for (const shape of shapes) if (await prove(shape, random, FULL)) passed += 1;
for (const name of controls) if (await control(name, random)) passed += 1;
const failed = shapes.length + controls.length - passed;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
