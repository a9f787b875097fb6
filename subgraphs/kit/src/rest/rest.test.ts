import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appError } from '../errors/index.ts';
import { closeGently, readBody, sendJson, sendProblem } from './index.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((req, res) => {
    const answer = async () => {
      if (req.url === '/fail') throw new Error('the password is hunter2');
      if (req.url === '/busy') throw appError('UNAVAILABLE');
      if (req.url === '/nobody') throw appError('UNAUTHENTICATED');
      sendJson(res, 200, { length: (await readBody(req, 1_000)).length });
    };
    answer().catch((error: unknown) => sendProblem(res, error, { requestId: 'req-1', locale: 'EN' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const post = async (path: string, body: unknown, more: object = {}) => {
  const response = await fetch(url + path, { method: 'POST', body: body as never, ...more });
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as Record<string, unknown> };
};
const chunked = (length: number) => new ReadableStream({
  start(controller) {
    controller.enqueue(Buffer.alloc(length));
    controller.close();
  },
});

describe('rest helpers', () => {
  it('read a body up to its limit, announced or in chunks', async () => {
    expect((await post('/', Buffer.alloc(1_000))).body).toEqual({ length: 1_000 });
    expect((await post('/', chunked(1_000), { duplex: 'half' })).body).toEqual({ length: 1_000 });
  });

  it('say to nobody how to sign in', async () => {
    const response = await fetch(`${url}/nobody`);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('refuse one byte more with 413', async () => {
    expect(await post('/', Buffer.alloc(1_001))).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
    expect(await post('/', chunked(1_001), { duplex: 'half' })).toMatchObject({ status: 413 });
  });

  it.each([
    ['announced', `content-length: ${20_000_000}`, (chunk: string) => chunk],
    ['in chunks', 'transfer-encoding: chunked', (chunk: string) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`],
    ['announced, on a line that ends with it', `connection: close\r\ncontent-length: ${20_000_000}`, (chunk: string) => chunk],
  ])('let whoever sends far too much, %s, and only then reads, read why it was refused', { timeout: 10_000 }, async (_name, head, frame) => {
    const line = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    const sent = new Promise<void>((resolve, reject) => {
      line.once('error', reject);
      line.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
      for (let part = 1; part < 20; part += 1) line.write(frame('x'.repeat(1_000_000)));
      line.write(`${frame('x'.repeat(1_000_000))}${head.startsWith('transfer') ? '0\r\n\r\n' : ''}`, () => resolve());
    });
    await sent;
    const [answer] = (await once(line.resume(), 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 [^]*FILE_TOO_LARGE/);
    line.destroy();
  });

  it('wait for the rest of what they have answered only a while', { timeout: 15_000 }, async () => {
    const line = connect((server.address() as AddressInfo).port, '127.0.0.1', () => line.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\nx'));
    line.resume().on('error', () => undefined);
    await once(line, 'close');
  });

  it('answer failures as problems that say nothing of their cause', async () => {
    expect(await post('/busy', '')).toMatchObject({ status: 503, type: 'application/problem+json; charset=utf-8', body: { code: 'UNAVAILABLE', requestId: 'req-1' } });
    const failed = await post('/fail', '');
    expect([failed.status, JSON.stringify(failed.body).includes('hunter2')]).toEqual([500, false]);
  });
});

describe('a server that closes gently', () => {
  const open = async () => {
    const waiting: (() => void)[] = [];
    const own = createServer((req, res) => (req.url === '/slow' ? void waiting.push(() => res.end('slow')) : res.end('quick')));
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path: string) => new Promise<{ text: string; connection: string | undefined }>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, agent }, (res) => {
        let text = '';
        res.on('data', (chunk) => { text += String(chunk); }).on('end', () => resolve({ text, connection: res.headers.connection }));
      }).on('error', reject);
    });
    const { port } = own.address() as AddressInfo;
    return { own, ask, waiting };
  };

  it('finishes what is under way, answers once more on a kept connection and ends it with that', async () => {
    const { own, ask, waiting } = await open();
    expect((await ask('/')).connection).toBe('keep-alive');
    const closed = closeGently(own, 60_000);
    expect(await ask('/')).toEqual({ text: 'quick', connection: 'close' });
    await closed;
    await expect(ask('/')).rejects.toThrow('ECONNREFUSED');
    expect(waiting).toEqual([]);
  });

  it('answers who has called before the port was let go, though nobody has looked yet', async () => {
    const { own, ask } = await open();
    const asked = ask('/');
    // The engine has taken the call by now, this process not: that needs a turn of its loop.
    for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => { process.nextTick(resolve); });
    const closed = closeGently(own, 60_000);
    expect(await asked).toEqual({ text: 'quick', connection: 'close' });
    await closed;
  });

  it.each([['waits for a slow answer', 2_000], ['but not for ever', 100]])('%s', async (_name, withinMs) => {
    const { own, ask, waiting } = await open();
    const isAsked = new Promise((resolve) => own.once('request', resolve));
    const slow = ask('/slow').then(({ text }) => text, () => 'cut');
    await isAsked;
    const closed = closeGently(own, withinMs);
    if (withinMs > 100) waiting[0]!();
    expect(await slow).toBe(withinMs > 100 ? 'slow' : 'cut');
    await closed;
  });
});
