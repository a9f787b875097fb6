import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { openLine, stranger } from './wire.ts';

export const Op = { Continue: 0, Text: 1, Close: 8, Ping: 9 } as const;

/** One frame as a client sends it. */
export function frame(op: number, payload: string | Buffer, isLast = true): Buffer {
  const body = Buffer.from(payload);
  const mask = Buffer.from([1, 2, 3, 4]);
  const head = [(isLast ? 0x80 : 0) | op];
  if (body.length < 126) head.push(0x80 | body.length);
  else if (body.length < 65_536) head.push(0xfe, body.length >> 8, body.length & 255);
  else head.push(0xff, 0, 0, 0, 0, (body.length >> 24) & 255, (body.length >> 16) & 255, (body.length >> 8) & 255, body.length & 255);
  for (let at = 0; at < body.length; at += 1) body[at]! ^= mask[at & 3]!;
  return Buffer.concat([Buffer.from(head), mask, body]);
}

export interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A WebSocket that does what no library would: bad frames, no reading, no pongs. */
export class BareSocket {
  readonly line: Socket;
  /** 429 when the handshake was refused, else the code with which the server closed; 1006 when it only hung up. */
  readonly closed: Promise<number>;
  #rest: Buffer = Buffer.alloc(0);
  #waiting: ((message: Message) => boolean)[] = [];
  #closeCode = 1006;

  private constructor(port: number, origin: string | null, address: string) {
    this.line = openLine(port);
    this.closed = new Promise((resolve) => this.line.once('close', () => resolve(this.#closeCode)));
    const lines = [
      'GET /graphql HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Upgrade: websocket', 'Connection: Upgrade', `X-Forwarded-For: ${address}`,
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: graphql-transport-ws',
      ...(origin ? [`Origin: ${origin}`] : []), '', '',
    ];
    this.line.write(lines.join('\r\n'));
  }

  /** Opens one; resolves after the handshake, also when it was refused. */
  static async open(port: number, { origin = null, address = stranger() }: { origin?: string | null; address?: string } = {}): Promise<BareSocket> {
    const socket = new BareSocket(port, origin, address);
    await new Promise<void>((resolve) => {
      socket.line.once('data', (data: Buffer) => {
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1]);
        if (status !== 101) socket.#closeCode = status;
        else {
          socket.line.on('data', (more: Buffer) => socket.#read(more));
          socket.#read(data.subarray(data.indexOf('\r\n\r\n') + 4));
        }
        resolve();
      });
      socket.line.once('close', () => resolve());
    });
    return socket;
  }

  /** The same, greeted with a token. */
  static async enter(port: number, token: string, address = stranger()): Promise<BareSocket> {
    const socket = await BareSocket.open(port, { address });
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await Promise.race([socket.until((message) => message.type === 'connection_ack'), socket.closed]);
    return socket;
  }

  say(message: Message): void {
    this.line.write(frame(Op.Text, JSON.stringify(message)));
  }

  subscribe(id: string, query: string, variables: unknown = {}): void {
    this.say({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The next message that fits. */
  until(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => this.#waiting.push((message) => fits(message) && (resolve(message), true)));
  }

  destroy(): void {
    this.line.destroy();
  }

  #read(data: Buffer): void {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    for (;;) {
      if (rest.length < 2) break;
      const length = rest[1]! < 126 ? rest[1]! : rest[1] === 126 ? (rest.length < 4 ? Infinity : rest.readUInt16BE(2)) : rest.length < 10 ? Infinity : Number(rest.readBigUInt64BE(2));
      const from = rest[1]! < 126 ? 2 : rest[1] === 126 ? 4 : 10;
      if (rest.length < from + length) break;
      this.#take(rest[0]! & 15, rest.subarray(from, from + length));
      rest = rest.subarray(from + length);
    }
    this.#rest = rest;
  }

  #take(op: number, payload: Buffer): void {
    if (op === Op.Close) {
      this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.line.end();
    } else if (op === Op.Text) {
      const message = JSON.parse(payload.toString()) as Message;
      this.#waiting = this.#waiting.filter((wait) => !wait(message));
    }
  }
}
