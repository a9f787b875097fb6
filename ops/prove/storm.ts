// Thousands of visitors lose their lines at the same moment and all come back at once, while others go on writing to them.
// npm run prove -- storm [--sockets 5000] [--shape one|many] [--cut lines|kill|both] [--crowds 2]
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cpuMs } from '../harness/cpu.ts';
import { percentile } from '../harness/figures.ts';
import { asker, setUpStaff, tell, type Staff } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';
import { Crowd } from './storm/crowd.ts';
import { PoolWatch } from './storm/pool-watch.ts';
import { notCurrent } from './storm/stored.ts';
import { Writer } from './storm/writer.ts';
import { wallMs, type Return, type Visitor } from './storm/orders.ts';

const { values: options } = parseArgs({
  options: { sockets: { type: 'string', default: '5000' }, shape: { type: 'string', default: 'one' }, cut: { type: 'string', default: 'both' }, crowds: { type: 'string', default: '2' }, rate: { type: 'string', default: '50' } },
});
const SOCKETS = Number(options.sockets);
const BACK_WITHIN_MS = 5_000;
const DELIVERED_WITHIN_MS = 1_500;
const POOL_LIMIT = 0.8;
/** So long after the cut everybody has to be back in any case. */
const PATIENCE_MS = 30_000;
const AT_A_TIME = 24;
/** Visitors who write during the storm, each on a second line of its own. */
const AUTHORS = 40;

async function welcome(url: string, staff: Staff): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  while (visitors.length < SOCKETS) {
    visitors.push(...await Promise.all(Array.from({ length: Math.min(AT_A_TIME, SOCKETS - visitors.length) }, async () => {
      const { visitorToken } = await tell<{ visitorToken: string }>(asker(url), 'startVisit', { channelKey: staff.channelKey, refreshToken: null }, 'visitorToken');
      const { conversation } = await tell<{ conversation: { id: string } }>(asker(url, () => visitorToken), 'startConversation', { idempotencyKey: randomUUID() }, 'conversation { id }');
      return { token: visitorToken, conversationId: conversation.id };
    })));
  }
  return visitors;
}

let passed = 0;
let failed = 0;
function check(sentence: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${sentence}`);
  if (holds) passed += 1;
  else failed += 1;
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Cuts, and says from when on it was possible to come back. */
async function cut(kind: 'lines' | 'kill', system: System, crowd: Crowd): Promise<number> {
  await crowd.cut(kind === 'lines');
  if (kind === 'lines') return wallMs();
  const gateway = system.gateways[0]!;
  const cutAt = wallMs();
  await gateway.kill();
  const others = system.gateways.length > 1;
  const starting = gateway.start();
  if (others) return cutAt;
  await starting;
  console.log(`the gateway answered again after ${(wallMs() - cutAt).toFixed(0)} ms`);
  return wallMs();
}

async function returned(crowd: Crowd, from: number): Promise<Awaited<ReturnType<Crowd['report']>>> {
  for (;;) {
    await rest(500);
    const report = await crowd.report();
    if (report.returns.every((one) => one.backAt !== null) || wallMs() - from > PATIENCE_MS) return report;
  }
}

/** One storm: everybody cut at once, messages written meanwhile, and what was seen of it all. */
async function storm(kind: 'lines' | 'kill', system: System, crowd: Crowd, visitors: readonly Visitor[]): Promise<void> {
  const urls = system.gateways.map((gateway) => `http://127.0.0.1:${gateway.port}`);
  const authors = visitors.slice(0, AUTHORS);
  const writers = authors.map((visitor, place) => new Writer(urls, visitor, `${kind}-${place}`));
  await Promise.all(writers.map((writer) => writer.start(Number(options.rate) / authors.length)));
  await rest(1_000);
  const pool = new PoolWatch(system.conversations[0]!.port!);
  // The one to which everybody comes back.
  const gateway = kind === 'lines' ? system.gateways[0]! : system.gateways.at(-1)!;
  const usedBefore = kind === 'lines' || system.gateways.length > 1 ? cpuMs(gateway.pid!) : 0;
  const from = await cut(kind, system, crowd);
  const startedWith = usedBefore || cpuMs(gateway.pid!);
  const { returns } = await returned(crowd, from);
  const usedMs = cpuMs(gateway.pid!) - startedWith;
  console.log(`${kind}: the gateway's process used ${usedMs.toFixed(0)} ms of processor meanwhile, ${(usedMs / returns.length).toFixed(2)} for each line`);
  pool.stop();
  await Promise.all(writers.map((writer) => writer.finish(PATIENCE_MS)));
  await rest(1_000);
  const { shown, seenAt } = await crowd.report();
  report(kind, { from, returns, seenAt, writers, pool });
  const wrong = await notCurrent(system.databasePrefix, shown);
  check(`${kind}: ${shown.length - wrong.length} of ${shown.length} screens show what is stored, once and in order`, wrong.length === 0);
}

function report(kind: string, { from, returns, seenAt, writers, pool }: { from: number; returns: Return[]; seenAt: Map<string, number>; writers: Writer[]; pool: PoolWatch }): void {
  const back = returns.filter((one) => one.backAt !== null).map((one) => Math.max(0, one.backAt! - from));
  const lastBack = Math.max(...back);
  const meanwhile = writers.flatMap((writer) => [...writer.sentAt].map(([id, at]) => ({ id, at, ackedAt: writer.ackedAt.get(id) ?? Infinity }))).filter(({ at }) => at >= from && at <= from + lastBack);
  const acks = meanwhile.map(({ at, ackedAt }) => ackedAt - at);
  const refusals = writers.reduce((sum, writer) => sum + writer.refusals, 0);
  const deliveries = meanwhile.map(({ id, at }) => (seenAt.get(id) ?? Infinity) - Math.max(at, from));
  const ms = (list: number[], p: number) => percentile(list, p).toFixed(0);
  console.log(`${kind}: ${returns.length} lines cut, back after p50 ${ms(back, 0.5)} p99 ${ms(back, 0.99)} last ${lastBack.toFixed(0)} ms with ${(returns.reduce((sum, one) => sum + one.tries, 0) / returns.length).toFixed(1)} tries each`);
  console.log(`${kind}: ${meanwhile.length} messages written meanwhile, stored after p50 ${ms(acks, 0.5)} p99 ${ms(acks, 0.99)} ms, on the visitor's screen after p50 ${ms(deliveries, 0.5)} p99 ${ms(deliveries, 0.99)} ms; refused meanwhile and sent again ${refusals}`);
  console.log(`${kind}: database pool ${pool.summary}`);
  check(`${kind}: ${back.length} of ${returns.length} back within ${lastBack.toFixed(0)} ms (${BACK_WITHIN_MS})`, back.length === returns.length && lastBack <= BACK_WITHIN_MS);
  check(`${kind}: p99 of new messages ${ms(acks, 0.99)} ms (${DELIVERED_WITHIN_MS})`, acks.length > 0 && percentile(acks, 0.99) < DELIVERED_WITHIN_MS);
  check(`${kind}: pool at most ${(pool.most * 100).toFixed(0)} % in use (${POOL_LIMIT * 100})`, pool.samples > 0 && pool.most < POOL_LIMIT);
}

async function main(): Promise<void> {
  const system = await startSystem(options.shape as 'one' | 'many');
  const crowd = new Crowd(Number(options.crowds));
  try {
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const staff = await setUpStaff(url);
    const visitors = await welcome(url, staff);
    await crowd.open(system.gateways.map((gateway) => `http://127.0.0.1:${gateway.port}`), visitors);
    console.log(`shape ${options.shape}: ${visitors.length} lines are open, each with a live stream`);
    for (const kind of options.cut === 'both' ? (['lines', 'kill'] as const) : [options.cut as 'lines' | 'kill']) await storm(kind, system, crowd, visitors);
  } finally {
    crowd.end();
    await system.stop();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

await main();
