import { connect, type Socket } from 'node:net';

export interface LeanHandlers {
  /** Every text frame, once the line is acknowledged. */
  onText(text: string): void;
  /** The line ended, whoever ended it; called once. */
  onEnd(): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const NOTHING = Buffer.alloc(0);

/**
 * A graphql-ws line that costs its process next to nothing, for load that shares the machine with what it
 * measures: no events, no copies, and a mask of zeros, so that frames go out as they are.
 */
export class LeanSocket {
  readonly #socket: Socket;
  readonly #handlers: LeanHandlers;
  #rest: Buffer = NOTHING;
  #isOpen = false;
  #isOver = false;
  #ready: { resolve(): void; reject(error: Error): void };

  private constructor(socket: Socket, handlers: LeanHandlers, ready: { resolve(): void; reject(error: Error): void }) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#ready = ready;
  }

  /** Opens a line as whoever the token stands for; rejects when it ends before it is acknowledged. */
  static open(url: string, token: string, handlers: LeanHandlers): Promise<LeanSocket> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      const line: LeanSocket = new LeanSocket(socket, handlers, { resolve: () => resolve(line), reject });
      socket.on('connect', () => socket.write(`GET /graphql HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`));
      socket.on('data', (chunk) => line.#read(chunk, token));
      socket.on('error', () => undefined);
      socket.on('close', () => line.#end());
    });
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  /** Cuts the line with a reset, as a pulled cable and a new one would look to the server. */
  cut(): void {
    this.#socket.resetAndDestroy();
  }

  /** Stops reading, as a client does whose machine is busy or asleep. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ready.reject(new Error('the line ended before it was acknowledged'));
    if (this.#isOpen) this.#handlers.onEnd();
  }

  #write(kind: number, payload: Buffer): void {
    const head = payload.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
    head[0] = 0x80 | kind;
    if (payload.length < 126) head[1] = 0x80 | payload.length;
    else {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(payload.length, 2);
    }
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #read(chunk: Buffer, token: string): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = NOTHING;
    if (!this.#isOpen && data.subarray(0, 4).toString('latin1') === 'HTTP') {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return void (this.#rest = data);
      if (data.subarray(9, 12).toString('latin1') !== '101') return void this.#socket.destroy();
      this.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      data = data.subarray(end + 4);
    }
    let at = 0;
    while (data.length - at >= 2) {
      const frame = frameAt(data, at);
      if (!frame) break;
      at = frame.end;
      this.#take(frame.kind, data, frame.begin, frame.end);
    }
    if (at < data.length) this.#rest = at === 0 ? data : data.subarray(at);
  }

  #take(kind: number, data: Buffer, begin: number, end: number): void {
    if (kind === PING) this.#write(PONG, data.subarray(begin, end));
    else if (kind === CLOSE) this.#socket.destroy();
    else if (kind !== TEXT) return;
    else if (this.#isOpen) this.#handlers.onText(data.toString('utf8', begin, end));
    else {
      this.#isOpen = true;
      this.#ready.resolve();
    }
  }
}

/** Where the frame that begins at `at` has its payload; null when it is not all there yet. */
function frameAt(data: Buffer, at: number): { kind: number; begin: number; end: number } | null {
  const short = data[at + 1]! & 0x7f;
  const begin = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (data.length < begin) return null;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
  return data.length < begin + length ? null : { kind: data[at]! & 0x0f, begin, end: begin + length };
}
