import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from './fault-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'careline-'));
const socketPath = join(folder, 'echo.sock');
const guests: Socket[] = [];
let servers: Server[];
let port: number;
let door: FaultProxy;
const opened: Socket[] = [];

/** Answers with what it is told. */
const echo = () => createServer((socket) => {
  guests.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => socket.write(chunk));
});

beforeAll(async () => {
  servers = [echo(), echo()];
  servers[0]!.listen(0, '127.0.0.1');
  servers[1]!.listen(socketPath);
  await Promise.all(servers.map((server) => once(server, 'listening')));
  port = (servers[0]!.address() as AddressInfo).port;
});
beforeEach(async () => {
  door = await FaultProxy.open(() => [port]);
});
afterEach(async () => {
  for (const socket of [...opened.splice(0), ...guests.splice(0)]) socket.destroy();
  await door.close();
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function enter(through = door): Promise<Socket> {
  const socket = connect(through.port, '127.0.0.1');
  opened.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, words: string): Promise<string> {
  let answer = '';
  const whole = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      answer += String(chunk);
      if (answer.length >= words.length) resolve(answer);
    });
    socket.once('close', () => resolve(answer));
  });
  socket.write(words);
  return whole;
}

async function time<T>(act: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begun = performance.now();
  const result = await act();
  return { ms: performance.now() - begun, result };
}

describe('a door with faults', () => {
  it('carries bytes to a port and to a Unix socket', async () => {
    expect(await ask(await enter(), 'hello')).toBe('hello');
    const other = await FaultProxy.open(() => [socketPath]);
    expect(await ask(await enter(other), 'hello')).toBe('hello');
    for (const socket of [...opened, ...guests]) socket.destroy();
    await other.close();
  });

  it('delays both ways and keeps the order when the delay ends', async () => {
    const socket = await enter();
    expect(await ask(socket, 'first')).toBe('first');
    door.delay(60);
    const { ms, result } = await time(() => ask(again(socket), 'slow'));
    expect([result, ms >= 119]).toEqual(['slow', true]);
    door.delay(60_000);
    const late = ask(again(socket), 'ab');
    door.heal();
    expect(await late).toBe('ab');
  });

  it('throttles to a pace', async () => {
    const socket = await enter();
    door.throttle(2_000);
    expect((await time(() => ask(socket, 'x'.repeat(200)))).ms).toBeGreaterThan(190);
  });

  it('leaves lines half-open without telling either side, while new ones are good', async () => {
    const socket = await enter();
    await ask(socket, 'alive');
    const [guest] = guests;
    door.silence();
    socket.end('never heard');
    expect(await ask(await enter(), 'good')).toBe('good');
    expect([guest!.bytesRead, guest!.readableEnded, guest!.destroyed]).toEqual([5, false, false]);
  });

  it('drops everything, new lines too, until it is healed', async () => {
    door.drop();
    const socket = await enter();
    socket.write('never heard');
    door.heal();
    expect(await ask(await enter(), 'good')).toBe('good');
    expect(guests).toHaveLength(1);
  });

  it('cuts in the middle of what comes next', async () => {
    const socket = await enter();
    await ask(socket, 'whole');
    door.cutMidFrame();
    expect(await ask(again(socket), '0123456789')).toBe('01234');
  });

  it('resets what is chosen now, and what comes with its first answer', async () => {
    const socket = await enter();
    await ask(socket, 'alive');
    const failure = once(socket, 'error');
    door.reset(() => true);
    expect(await failure).toMatchObject([{ code: 'ECONNRESET' }]);
    const next = await enter();
    const reset = once(next, 'error');
    next.write('question');
    expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('shows what passes, and cuts where it is told to', async () => {
    const seen: string[] = [];
    door.watch((_line, way, chunk) => {
      seen.push(`${way} ${chunk}`);
      return way === 'up';
    });
    expect(await ask(await enter(), 'COMMIT')).toBe('');
    expect(seen).toEqual(['up COMMIT', 'down COMMIT']);
  });
});

/** The same socket for one more question: what came for the last one is no longer listened to. */
function again(socket: Socket): Socket {
  return socket.removeAllListeners('data');
}
