import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { areKept, handBackDatabases, takeDatabases } from '@careline/kit/testing';
import { serverArgs } from '../local/servers.mjs';
import { FaultProxy } from './fault-proxy.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SUBGRAPHS = ['conversations', 'tickets', 'knowledge', 'analytics'] as const;
const READY_WITHIN_MS = 180_000;
const TAIL_CHARS = 2_000;

/** Below those that Linux gives to outgoing connections, one of which would else sit on a port before its process does. */
const PORTS = { from: 20_000, to: 32_000 };

/** A free port of loopback; taken again soon by the process it is meant for. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

interface Folders {
  logs: string;
  /** Where the code is. */
  root: string;
  wire: Wire;
}

/** One of our processes, which a proof may kill and start again. */
export class Part {
  readonly name: string;
  readonly port: number | null;
  readonly #file: string;
  readonly #env: Record<string, string>;
  readonly #logs: string;
  readonly #root: string;
  #child: ChildProcess | null = null;

  constructor(name: string, file: string, port: number | null, env: Record<string, string>, { logs, root }: Omit<Folders, 'wire'>) {
    this.name = name;
    this.port = port;
    this.#file = file;
    this.#env = port === null ? env : { ...env, PORT: String(port) };
    this.#logs = logs;
    this.#root = root;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get isAlive(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process; resolves when it says it is ready. */
  async start(): Promise<void> {
    const log = createWriteStream(join(this.#logs, `${this.name}.log`), { flags: 'a' });
    const child = spawn(process.execPath, await serverArgs(this.#root, this.#file), { cwd: this.#root, env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    this.#child = child;
    const isUp = this.port === null ? new Promise<boolean>((resolve) => child.on('message', () => resolve(true))) : this.#answers(child);
    // Closed, not only gone: its last words tell why.
    const ended = new Promise<boolean>((resolve) => child.once('close', () => resolve(false)));
    if (await Promise.race([isUp, ended])) return;
    await new Promise<void>((resolve) => log.end(resolve));
    throw new Error(`${this.name} did not start (${child.signalCode ?? child.exitCode ?? 'not ready'}):\n${readFileSync(join(this.#logs, `${this.name}.log`), 'utf8').slice(-TAIL_CHARS)}`);
  }

  /** Makes it sleep in the middle of whatever it does: connections stay and nothing is answered, until `wake`. */
  freeze(): void {
    this.#child!.kill('SIGSTOP');
  }

  wake(): void {
    this.#child!.kill('SIGCONT');
  }

  /** Ends it and starts it again, as an operator does who installs a new version. */
  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    await this.start();
  }

  /** Ends it at once, as a crash does, or as asked for by `signal`; resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || !this.isAlive) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** Another process of the same kind with settings of its own; not started. */
  twin(name: string, port: number, more: Record<string, string>): Part {
    return new Part(name, this.#file, port, { ...this.#env, ...more }, { logs: this.#logs, root: this.#root });
  }

  async #answers(child: ChildProcess): Promise<boolean> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => null);
      if (answer?.ok) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }
}

/** What a proof puts between one process and what it talks to: the environment of that process, changed. */
export type Wire = (name: string, env: Record<string, string>) => Promise<Record<string, string>>;

export interface System {
  shape: 'one' | 'many';
  gateways: Part[];
  /** The processes that answer for conversations; the gateway itself in the one-process shape. */
  conversations: Part[];
  parts: Part[];
  dataDir: string;
  databasePrefix: string;
  /** What its processes were started with, for others that work on the same data. */
  env: Record<string, string>;
  redisUrl: string;
  stop(): Promise<void>;
}

// Systems that run side by side would else take each other's events from the shared streams.
function ownRedis(prefix: string): string {
  const url = new URL(process.env.TEST_REDIS_URL!);
  url.searchParams.set('prefix', `${prefix}:`);
  return url.toString();
}

/**
 * Starts a fresh system on the engines of TEST_DATABASE_URL and TEST_REDIS_URL: as one api and one
 * worker process, or as two gateways with every subgraph api and worker apart. `wire` may change what each of them is told;
 * `replicas` of each api stand behind one address then.
 */
export async function startSystem(shape: 'one' | 'many', more: Record<string, string> = {}, root = ROOT, { wire = async (_name, env) => env, replicas = 1 }: { wire?: Wire; replicas?: number } = {}): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'careline-'));
  const logs = join(dataDir, 'logs');
  mkdirSync(logs);
  const prefix = `t_${process.pid}_${Date.now().toString(36)}`;
  const databasePrefix = areKept() ? await takeDatabases() : prefix;
  const env = {
    DATABASE_URL: process.env.TEST_DATABASE_URL!, REDIS_URL: ownRedis(prefix), DATABASE_PREFIX: databasePrefix,
    DATA_DIR: dataDir, LOG_LEVEL: 'warn', CARELINE_DEMO: '0', RATE_LIMIT_SCALE: '0', SOCKETS_PER_ADDRESS: '20000', SOCKETS_PER_IDENTITY: '20000',
    ...(process.env.TEST_KAFKA_BROKERS && { KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS }), ...more,
  };
  const { gateways, conversations, parts, doors } = shape === 'one' ? await oneProcess(env, { logs, root, wire }) : await manyProcesses(env, { logs, root, wire }, replicas);
  const stop = async () => {
    await Promise.all(parts.map((part) => part.kill('SIGKILL')));
    await Promise.all(doors.map((door) => door.close()));
    if (areKept()) await handBackDatabases(databasePrefix);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.all(parts.map((part) => part.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { shape, gateways, conversations, parts, dataDir, databasePrefix, env, redisUrl: env.REDIS_URL, stop };
}

function partMaker(shared: Record<string, string>, folders: Folders) {
  return async (name: string, file: string, port: number | null, more: Record<string, string> = {}) =>
    new Part(name, file, port, await folders.wire(name, { ...shared, ...more }), folders);
}

async function oneProcess(env: Record<string, string>, folders: Folders) {
  const port = await freePort();
  const make = partMaker({ ...env, PUBLIC_URL: `http://127.0.0.1:${port}` }, folders);
  const api = await make('api', 'ops/local/api.ts', port);
  const worker = await make('worker', 'ops/local/worker.ts', null);
  return { gateways: [api], conversations: [api], parts: [api, worker], doors: [] };
}

async function manyProcesses(env: Record<string, string>, folders: Folders, replicas: number) {
  const ports = new Map<string, number[]>();
  const doors: FaultProxy[] = [];
  const urls: Record<string, string> = {};
  for (const name of SUBGRAPHS) {
    const own = await Promise.all(Array.from({ length: replicas }, freePort));
    ports.set(name, own);
    if (replicas > 1) doors.push(await FaultProxy.open(() => own));
    urls[`${name.toUpperCase()}_URL`] = `${replicas > 1 ? doors.at(-1)!.url : `http://127.0.0.1:${own[0]}`}/graphql`;
  }
  const gatewayPorts = [await freePort(), await freePort()];
  const make = partMaker({ ...env, ...urls, PUBLIC_URL: `http://127.0.0.1:${gatewayPorts[0]}` }, folders);
  const number = (index: number) => (replicas > 1 ? `-${index + 1}` : '');
  const apis = await Promise.all(SUBGRAPHS.flatMap((name) => ports.get(name)!.map((port, index) => make(`${name}-api${number(index)}`, `subgraphs/${name}/src/main.ts`, port, { ROLE: 'api' }))));
  const workers = await Promise.all(SUBGRAPHS.map(async (name) => make(`${name}-worker`, `subgraphs/${name}/src/main.ts`, await freePort(), { ROLE: 'worker' })));
  const gateways = await Promise.all(gatewayPorts.map((port, index) => make(`gateway-${index + 1}`, 'gateway/src/main.ts', port)));
  return { gateways, conversations: apis.filter(({ name }) => name.startsWith('conversations')), parts: [...apis, ...workers, ...gateways], doors };
}
