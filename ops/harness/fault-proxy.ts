import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A TCP door on loopback between one client and the gateways. While cut, every connection is
 * destroyed and new ones are refused, as when a cable is pulled; otherwise connections go to the
 * targets in turn, skipping those that refuse, as a plain load balancer does.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #targets: () => readonly number[];
  readonly #sockets = new Set<Socket>();
  #next = Math.floor(Math.random() * 2);
  #cutUntil = 0;

  private constructor(server: Server, targets: () => readonly number[]) {
    this.#server = server;
    this.#targets = targets;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async open(targets: () => readonly number[]): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, targets);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection now and refuses new ones for `ms`. */
  cut(ms: number): void {
    this.#cutUntil = Math.max(this.#cutUntil, performance.now() + ms);
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut(0);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.#hold(client);
    if (performance.now() < this.#cutUntil) client.destroy();
    else this.#pass(client, this.#targets().length);
  }

  #pass(client: Socket, triesLeft: number): void {
    const targets = this.#targets();
    if (triesLeft === 0 || targets.length === 0) {
      client.destroy();
      return;
    }
    const upstream = connect(targets[this.#next++ % targets.length]!, '127.0.0.1');
    upstream.once('connect', () => {
      this.#hold(upstream);
      upstream.removeAllListeners('error');
      upstream.on('error', () => client.destroy());
      client.pipe(upstream).pipe(client);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
    });
    upstream.once('error', () => this.#pass(client, triesLeft - 1));
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
