import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP line to a server on loopback, on which time can be made to stand still: what a frozen peer looks like. */
export interface SlowLine {
  url: string;
  /** How many WebSockets were opened through it so far. */
  sockets(): number;
  /** From now on nothing arrives in either direction; connections are taken, as a kernel does for a process that sleeps. */
  freeze(): void;
  /** Everything held back arrives, and goes on arriving. */
  thaw(): void;
  /** The connections of this moment break at the next byte said to the server, which never arrives; new ones are good. */
  breakKept(): void;
  close(): Promise<void>;
}

export async function openSlowLine(target: string): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  const ends = new Set<Socket>();
  const clients = new Set<Socket>();
  let isFrozen = false;
  let sockets = 0;
  const hold = (end: Socket) => {
    ends.add(end);
    end.on('error', () => end.destroy()).once('close', () => ends.delete(end));
    if (isFrozen) end.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.once('data', (chunk) => { if (/^upgrade: websocket/im.test(chunk.toString('latin1'))) sockets += 1; });
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    for (const end of [client, upstream]) hold(end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: () => sockets,
    freeze() {
      isFrozen = true;
      for (const end of ends) end.pause();
    },
    thaw() {
      isFrozen = false;
      for (const end of ends) end.resume();
    },
    breakKept() {
      for (const client of clients) {
        client.unpipe();
        client.once('data', () => client.destroy()).resume();
      }
    },
    async close() {
      for (const end of ends) end.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
