// Durable messages a second and delivery times through the public GraphQL API, beside the floor in the same run.
// npm run bench -- chat [--seconds 6] [--rounds 3] [--sessions 800] [--json]
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inWords, meter, pidsOf, type Meter } from '../harness/cpu.ts';
import { median, percentile, report } from '../harness/figures.ts';
import { arrive, setUpStaff, type Staff } from '../harness/people.ts';
import { freePort, startSystem } from '../harness/system.ts';
import { openApiLine, openFloorLine, type Line } from './parts/lines.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '3' }, sessions: { type: 'string', default: '800' }, json: { type: 'boolean', default: false } },
});
const SECONDS = Number(options.seconds);
const WARM_UP_SECONDS = 2;
const SEND_EVERY_MS = 8_000;
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Figures {
  perSecond: number;
  ackMs: number[];
  deliveryMs: number[];
}

type OpenLine = (index: number, onSeen: (id: string) => void) => Promise<Line>;

/** Opens `count` lines; `begun` holds when each message left. */
async function openLines(count: number, open: OpenLine, begun: Map<string, number>, deliveryMs: number[]): Promise<Line[]> {
  const lines: Line[] = [];
  const onSeen = (id: string) => {
    const at = begun.get(id);
    if (at !== undefined) deliveryMs.push(performance.now() - at);
    begun.delete(id);
  };
  for (let index = 0; index < count; index++) lines.push(await open(index, onSeen));
  return lines;
}

/** Every visitor sends its next message as soon as the one before is stored. */
async function closedLoop(count: number, seconds: number, open: OpenLine, onStart: () => void = () => undefined): Promise<Figures> {
  const begun = new Map<string, number>();
  const figures: Figures = { perSecond: 0, ackMs: [], deliveryMs: [] };
  const lines = await openLines(count, open, begun, figures.deliveryMs);
  onStart();
  const until = performance.now() + seconds * 1000;
  await Promise.all(lines.map(async (line) => {
    while (performance.now() < until) {
      const id = randomUUID();
      const from = performance.now();
      begun.set(id, from);
      await line.send(id);
      figures.ackMs.push(performance.now() - from);
    }
  }));
  figures.perSecond = figures.ackMs.length / seconds;
  for (const line of lines) line.close();
  return figures;
}

/** Every visitor sends once in eight seconds on its own schedule, however slow the answers are. */
async function openLoop(count: number, seconds: number, open: OpenLine): Promise<Figures> {
  const begun = new Map<string, number>();
  const figures: Figures = { perSecond: 0, ackMs: [], deliveryMs: [] };
  const lines = await openLines(count, open, begun, figures.deliveryMs);
  const start = performance.now();
  const answers: Promise<void>[] = [];
  const schedule = lines.flatMap((line, index) => Array.from({ length: Math.floor((seconds * 1000) / SEND_EVERY_MS) }, (_, turn) => ({ line, at: start + turn * SEND_EVERY_MS + (index * SEND_EVERY_MS) / count }))).sort((a, b) => a.at - b.at);
  for (const { line, at } of schedule) {
    const early = at - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const id = randomUUID();
    begun.set(id, at);
    answers.push(line.send(id).then(() => void figures.ackMs.push(performance.now() - at)));
  }
  await Promise.all(answers);
  const patience = performance.now() + 5_000;
  while (begun.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 50));
  if (begun.size > 0) throw new Error(`${begun.size} messages never arrived at the agent's side`);
  figures.perSecond = answers.length / seconds;
  for (const line of lines) line.close();
  return figures;
}

async function startFloor(): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const child = fork(fileURLToPath(new URL('./parts/floor-server.ts', import.meta.url)), { execArgv: ['--import', 'tsx'], env: { ...process.env, PORT: String(port), FLOOR_DATABASE: `floor_${process.pid}` } });
  await new Promise((resolve) => child.once('message', resolve));
  return { url: `ws://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

async function welcome(url: string, staff: Staff, count: number) {
  const visitors: { conversationId: string; token: string }[] = [];
  while (visitors.length < count) {
    const some = await Promise.all(Array.from({ length: Math.min(16, count - visitors.length) }, () => arrive(url, staff.channelKey)));
    for (const visitor of some) {
      visitors.push({ conversationId: visitor.conversationId, token: await visitor.token() });
      visitor.client.close();
    }
  }
  return visitors;
}

function print(name: string, { perSecond, ackMs, deliveryMs }: Figures): void {
  const ms = (list: number[], p: number) => percentile(list, p).toFixed(1);
  say(`${name.padEnd(22)} ${perSecond.toFixed(0).padStart(6)}/s   ack p50 ${ms(ackMs, 0.5)} p99 ${ms(ackMs, 0.99)} ms   delivery p50 ${ms(deliveryMs, 0.5)} p99 ${ms(deliveryMs, 0.99)} ms`);
}

async function main(): Promise<void> {
  const floor = await startFloor();
  const system = await startSystem('one');
  try {
    const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
    const staff = await setUpStaff(url);
    const visitors = await welcome(url, staff, Math.max(256, Number(options.sessions)));
    const openApi: OpenLine = (index, onSeen) => openApiLine(url, visitors[index]!.conversationId, visitors[index]!.token, staff.token, onSeen);
    const openFloor: OpenLine = (index, onSeen) => openFloorLine(floor.url, `c${index}-${randomUUID()}`.slice(0, 40), onSeen);
    await closedLoop(16, WARM_UP_SECONDS, openFloor);
    await closedLoop(16, WARM_UP_SECONDS, openApi);
    const ratios: Record<16 | 256, number[]> = { 16: [], 256: [] };
    const p50Ratios: number[] = [];
    const costs: ReturnType<Meter>[] = [];
    const pids = await pidsOf(system);
    for (let round = 0; round < Number(options.rounds); round++) for (const count of [16, 256] as const) {
      const below = await closedLoop(count, SECONDS, openFloor);
      let read: Meter;
      const above = await closedLoop(count, SECONDS, openApi, () => { read = meter(pids); });
      const cost = read!(above.ackMs.length);
      print(`floor ${count}`, below);
      print(`api ${count}`, above);
      say(`  processor time for each message: ${inWords(cost)}`);
      if (count === 256) costs.push(cost);
      ratios[count].push(above.perSecond / below.perSecond);
      p50Ratios.push(percentile(above.deliveryMs, 0.5) / percentile(below.deliveryMs, 0.5));
    }
    const many = await openLoop(Number(options.sessions), 24, openApi);
    print(`api ${options.sessions} sessions`, many);
    report('chat', {
      floor_ratio_16: median(ratios[16]), floor_ratio_256: median(ratios[256]), p50_ratio: median(p50Ratios),
      ack_p99_ms: percentile(many.ackMs, 0.99), delivery_p99_ms: percentile(many.deliveryMs, 0.99),
      api_cpu_us: median(costs.map((one) => one.api)), worker_cpu_us: median(costs.map((one) => one.worker)), database_cpu_us: median(costs.map((one) => one.database)),
    }, options.json);
  } finally {
    await system.stop();
    floor.stop();
  }
}

await main();
process.exit(0);
