import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../harness/system.ts';
import { stopLeftEngines } from './engines.mjs';
import { endProcess, isAlive, markOf, processesNaming, type ProcessMark } from './engines/processes.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Stands for the real processes, which have tests of their own: listens, says so, ends when its parent is gone. */
const PROCESS = `
import { createServer } from 'node:http';
const server = createServer((req, res) => res.end('ok'));
const ready = () => process.send({ type: 'ready', signIns: [{ role: 'agent', email: 'agent@demo.careline.example', password: 'harbour-lantern-42' }] });
if (import.meta.url.endsWith('api.ts')) server.listen(Number(process.env.PORT), process.env.HOST, ready); else { setInterval(() => {}, 1000); ready(); }
for (const signal of ['SIGTERM', 'disconnect']) process.once(signal, () => process.exit(0));
`;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A small repository around the real starter: its scripts, two processes, a web that builds at once. */
function repository(): string {
  const root = mkdtempSync(join(tmpdir(), 'careline-start-'));
  undo.push(async () => {
    await Promise.all(processesNaming(`--data-folder=${join(root, '.data')}`).map((mark) => endProcess(mark, 0)));
    await stopLeftEngines(join(root, '.data'));
    rmSync(root, { recursive: true, force: true });
  });
  for (const folder of ['ops/local', 'web', 'schema', 'node_modules/.bin']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(HERE, join(root, 'ops/local'), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  writeFileSync(join(root, 'ops/local/api.ts'), PROCESS);
  writeFileSync(join(root, 'ops/local/worker.ts'), PROCESS);
  const lock = JSON.stringify({ lockfileVersion: 3, packages: {} });
  writeFileSync(join(root, 'package-lock.json'), lock);
  writeFileSync(join(root, 'node_modules/.package-lock.json'), lock);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'fixture', type: 'module', workspaces: ['web'] }));
  writeFileSync(join(root, 'web/package.json'), JSON.stringify({ name: '@careline/web', version: '0.1.0', scripts: { build: 'mkdir -p dist/console dist/widget && echo built >> dist/console/index.html' } }));
  for (const name of ['tsx', 'esbuild', '@esbuild', 'get-tsconfig', 'resolve-pkg-maps']) symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  return root;
}

interface Starter {
  process: ChildProcess;
  said(): string;
  /** Waits until it printed this. */
  says(words: RegExp): Promise<void>;
  ended: Promise<number | null>;
}

function start(root: string, port: number): Starter {
  const child = spawn(process.execPath, ['ops/local/start.mjs'], { cwd: root, env: { ...process.env, PORT: String(port), DATA_DIR: '', DATABASE_URL: '', REDIS_URL: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  undo.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { process: child, said: () => text, ended, says: async (words) => {
    await vi.waitUntil(() => words.test(text) || child.exitCode !== null, { timeout: 30_000, interval: 20 });
    if (!words.test(text)) throw new Error(`It ended without saying ${words}:\n${text}`);
  } };
}

/** Everything that runs for this data folder: the two processes and the two engines. */
function running(root: string): ProcessMark[] {
  const data = join(root, '.data');
  return [`--data-folder=${data}`, `${data}/engines/run/mariadb.sock`, `${data}/engines/run/redis.sock`].flatMap(processesNaming);
}

const answers = (port: number) => fetch(`http://127.0.0.1:${port}/`).then((response) => response.ok, () => false);

describe('npm start', () => {
  it('prints where everything is, builds the web once, and leaves nothing running after SIGTERM', async () => {
    const root = repository();
    const port = await freePort();
    const first = start(root, port);
    await first.says(/Careline is ready, [\d.]+ s after the command/);
    expect(first.said()).toContain(`http://127.0.0.1:${port}/demo`);
    expect(first.said()).toContain('agent@demo.careline.example');
    expect(running(root)).toHaveLength(4);
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(running(root)).toEqual([]);

    const second = start(root, port);
    await second.says(/Careline is ready/);
    expect(readFileSync(join(root, 'web/dist/console/index.html'), 'utf8')).toBe('built\n');
  });

  it('starts a process again that was killed, and tells of it', async () => {
    const root = repository();
    const port = await freePort();
    const starter = start(root, port);
    await starter.says(/Careline is ready/);
    const api = processesNaming('ops/local/api.ts').find((mark) => running(root).some((one) => one.pid === mark.pid))!;
    process.kill(api.pid, 'SIGKILL');
    await starter.says(/api ended unexpectedly[\s\S]*api is back/);
    expect(await answers(port)).toBe(true);
  });

  it('lets its processes end when it is killed itself, and adopts its engines the next time', async () => {
    const root = repository();
    const port = await freePort();
    const first = start(root, port);
    await first.says(/Careline is ready/);
    first.process.kill('SIGKILL');
    await first.ended;
    await vi.waitUntil(() => running(root).length === 2, { timeout: 10_000 });
    const second = start(root, port);
    await second.says(/MariaDB still runs[\s\S]*Careline is ready/);
    expect(running(root)).toHaveLength(4);
  });

  it('refuses a second instance on the same folder and leaves the first in peace', async () => {
    const root = repository();
    const port = await freePort();
    const first = start(root, port);
    await first.says(/Careline is ready/);
    const before = running(root);
    const second = start(root, await freePort());
    expect(await second.ended).toBe(1);
    expect(second.said()).toContain(`in use by another Careline (process ${first.process.pid})`);
    expect(before.every(isAlive)).toBe(true);
  });

  it('says at once that the port is taken', async () => {
    const root = repository();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    undo.push(() => other.close());
    const starter = start(root, (other.address() as AddressInfo).port);
    expect(await starter.ended).toBe(1);
    expect(starter.said()).toMatch(/Port \d+ on 127\.0\.0\.1 is in use/);
    expect(running(root)).toEqual([]);
  });

  it('leaves no engine behind when it is stopped while it starts', async () => {
    const root = repository();
    const starter = start(root, await freePort());
    await vi.waitUntil(() => running(root).length > 0, { timeout: 20_000, interval: 1 });
    const mark = markOf(starter.process.pid!);
    starter.process.kill('SIGTERM');
    await starter.ended;
    expect(isAlive(mark)).toBe(false);
    expect(running(root)).toEqual([]);
  });
});

describe('npm run reset', () => {
  const reset = (root: string) => spawnSync(process.execPath, ['ops/local/reset.mjs', '--yes'], { cwd: root, env: { ...process.env, DATA_DIR: '', DATABASE_URL: '', REDIS_URL: '' }, encoding: 'utf8' });

  it('refuses while Careline runs', async () => {
    const root = repository();
    const starter = start(root, await freePort());
    await starter.says(/Careline is ready/);
    const { status, stderr } = reset(root);
    expect(status).toBe(1);
    expect(stderr).toContain(`process ${starter.process.pid}`);
    expect(running(root)).toHaveLength(4);
  });

  it('ends engines that outlived their starter before it deletes the folder', async () => {
    const root = repository();
    const starter = start(root, await freePort());
    await starter.says(/Careline is ready/);
    starter.process.kill('SIGKILL');
    await starter.ended;
    await vi.waitUntil(() => running(root).length === 2, { timeout: 10_000 });
    expect(reset(root).stdout).toContain('2 engines that still ran were stopped first');
    expect(running(root)).toEqual([]);
    expect(existsSync(join(root, '.data'))).toBe(false);
  });
});
