import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The test string every scanner finds; in two parts, so that no scanner finds it here. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** A scanner that speaks the documented INSTREAM protocol of clamd (clamd(8)) and finds EICAR. */
export interface Clamd {
  url: string;
  /** What it was given, one for each stream that ended. */
  readonly streams: Buffer[];
  /** From now on it answers this instead of a verdict; null: verdicts again. */
  answer: string | null;
  /** Lets no answer out until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/** Opens a scanner on loopback, or at a socket's path. Streams longer than `bytesMax` are answered as clamd does beyond `StreamMaxLength`. */
export async function openClamd({ path, bytesMax = 100 << 20 }: { path?: string; bytesMax?: number } = {}): Promise<Clamd> {
  const sockets = new Set<Socket>();
  let held: Promise<void> = Promise.resolve();
  const clamd: Clamd = {
    url: '',
    streams: [],
    answer: null,
    hold() {
      let release = () => {};
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    void listen(socket, clamd, bytesMax).then(async (reply) => {
      await held;
      socket.end(`${clamd.answer ?? reply}\0`);
    }, () => socket.destroy());
  });
  await new Promise<void>((resolve) => (path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)));
  clamd.url = path ? `unix:${path}` : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return clamd;
}

const COMMAND = 'zINSTREAM\0';

async function listen(socket: Socket, clamd: Clamd, bytesMax: number): Promise<string> {
  let pending = Buffer.alloc(0);
  let hasCommand = false;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    if (!hasCommand && pending.length >= COMMAND.length) {
      if (pending.toString('latin1', 0, COMMAND.length) !== COMMAND) return 'UNKNOWN COMMAND';
      hasCommand = true;
      pending = pending.subarray(COMMAND.length);
    }
    while (hasCommand && pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) {
      const length = pending.readUInt32BE();
      if (length === 0) return verdictOn(Buffer.concat(pieces), clamd);
      bytes += length;
      if (bytes > bytesMax) return 'INSTREAM size limit exceeded. ERROR';
      pieces.push(pending.subarray(4, 4 + length));
      pending = pending.subarray(4 + length);
    }
  }
  throw new Error('the stream was cut');
}

function verdictOn(content: Buffer, clamd: Clamd): string {
  clamd.streams.push(content);
  return content.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK';
}
