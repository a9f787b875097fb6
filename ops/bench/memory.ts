// What the whole default system weighs: `npm start` on an empty folder, engines and demo included, after a load.
// npm run bench -- memory [--seconds 30] [--visitors 200] [--json]
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { report } from '../harness/figures.ts';
import { arrive, asker, tell } from '../harness/people.ts';
import { freePort } from '../harness/system.ts';
import { openApiLine, type Line } from './parts/lines.ts';
import { familyOf, pssOf, type Weight } from './parts/processes.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, visitors: { type: 'string', default: '200' }, json: { type: 'boolean', default: false } },
});
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SENDERS = 16;
const QUIET_MS = 10_000;
const SAMPLE_MS = 1_000;
const DEMO = { name: 'admin@demo.careline.example', password: 'harbour-lantern-42' };
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Started {
  child: ChildProcess;
  url: string;
  stop(): Promise<void>;
}

/** `npm start` as a newcomer runs it, but in a folder of its own, and with one address standing for many visitors. */
async function start(): Promise<Started> {
  const dataDir = mkdtempSync(join(tmpdir(), 'careline-memory-'));
  const port = await freePort();
  const { DATABASE_URL: _database, REDIS_URL: _redis, PUBLIC_URL: _url, ...env } = process.env;
  const child = spawn(process.execPath, [join(ROOT, 'ops/local/start.mjs')], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...env, DATA_DIR: dataDir, PORT: String(port), RATE_LIMIT_SCALE: '0', SOCKETS_PER_ADDRESS: '20000', SOCKETS_PER_IDENTITY: '20000' } });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => String(chunk).includes('Careline is ready') && resolve());
    void gone.then(() => reject(new Error('npm start ended before it was ready')));
  });
  const stop = async () => {
    child.kill('SIGINT');
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { child, url: `http://127.0.0.1:${port}`, stop };
}

/** All processes of the system, the starter included. */
const weigh = (started: Started): Weight[] => familyOf(started.child.pid!).flatMap((pid) => pssOf(pid) ?? []);
const total = (weights: readonly Weight[]) => weights.reduce((sum, { mb }) => sum + mb, 0);

async function load({ url }: Started, seconds: number): Promise<number> {
  const { accessToken } = await tell<{ accessToken: string }>(asker(url), 'signIn', DEMO, 'accessToken');
  const agent = asker(url, () => accessToken);
  const { channels } = await agent<{ channels: { nodes: { key: string | null }[] } }>('{ channels(first: 10) { nodes { key } } }');
  const lines: Line[] = [];
  for (let place = 0; place < Number(options.visitors); place++) {
    const visitor = await arrive(url, channels.nodes.find((channel) => channel.key)!.key!);
    visitor.client.close();
    lines.push(await openApiLine(url, visitor.conversationId, await visitor.token(), accessToken, () => undefined));
  }
  const until = performance.now() + seconds * 1000;
  let sent = 0;
  await Promise.all(Array.from({ length: SENDERS }, async (_, sender) => {
    for (let turn = sender; performance.now() < until; turn += SENDERS) {
      await lines[turn % lines.length]!.send(randomUUID());
      sent += 1;
      if (turn % 50 === sender) await agent('{ conversationViews { id count unreadCount } conversations(first: 50) { nodes { id subject lastMessage { text } customer { displayName } } totalCount } }');
    }
  }));
  for (const line of lines) line.close();
  return sent;
}

async function main(): Promise<void> {
  const started = await start();
  try {
    const idle = total(weigh(started));
    let peak = idle;
    const sampling = setInterval(() => { peak = Math.max(peak, total(weigh(started))); }, SAMPLE_MS);
    const sent = await load(started, Number(options.seconds));
    await pause(QUIET_MS);
    clearInterval(sampling);
    const after = weigh(started);
    say(`${options.visitors} visitors, ${sent} messages`);
    for (const { name, mb } of after) say(`${mb.toFixed(0).padStart(6)} MB  ${name.slice(-60)}`);
    report('memory', { total_mb: total(after), peak_mb: peak, idle_mb: idle }, options.json);
  } finally {
    await started.stop();
  }
}

await main();
process.exit(0);
