import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultLine, type Trouble } from './fault-line.ts';

/** A port of loopback, or the path of a Unix socket. */
export type Target = number | string;

const CALM: Readonly<Trouble> = { delayMs: 0, bytesPerSecond: Infinity, watch: null };

/**
 * A TCP door on loopback in front of one or several targets. While cut, every connection is
 * destroyed and new ones are refused, as when a cable is pulled; otherwise connections go to the
 * targets in turn, skipping those that refuse, as a plain load balancer does.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #targets: () => readonly Target[];
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Set<FaultLine>();
  readonly #trouble: Trouble = { ...CALM };
  #next = Math.floor(Math.random() * 2);
  #cutUntil = 0;
  #isDark = false;
  #resetShare: () => boolean = () => false;

  private constructor(server: Server, targets: () => readonly Target[]) {
    this.#server = server;
    this.#targets = targets;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async open(targets: () => readonly Target[]): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, targets);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get lines(): readonly FaultLine[] {
    return [...this.#lines];
  }

  /** Cuts every connection now and refuses new ones for `ms`. */
  cut(ms: number): void {
    this.#cutUntil = Math.max(this.#cutUntil, performance.now() + ms);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Every byte takes this much longer, in both directions. */
  delay(ms: number): void {
    this.#trouble.delayMs = ms;
  }

  /** Bytes drip through, in each direction of each connection at this pace. */
  throttle(bytesPerSecond: number): void {
    this.#trouble.bytesPerSecond = bytesPerSecond;
  }

  /** The connections of this moment go half-open: nothing comes through, nobody is told. New ones are good. */
  silence(): void {
    for (const line of this.#lines) line.silence();
  }

  /** Everything is dropped, new connections too: they are accepted and never answered. */
  drop(): void {
    this.#isDark = true;
    this.silence();
  }

  /** Each connection ends in the middle of what it says next. */
  cutMidFrame(): void {
    for (const line of this.#lines) line.cutMidFrame();
  }

  /** Resets the connections that `isChosen` picks now, and of those to come the ones it picks with their first answer. */
  reset(isChosen: () => boolean): void {
    this.#resetShare = isChosen;
    for (const line of this.#lines) if (isChosen()) line.reset();
  }

  /** Shows every piece of data to `watch`; see `Trouble`. */
  watch(watch: Trouble['watch']): void {
    this.#trouble.watch = watch;
  }

  /** All troubles are over. Connections that lost something do not come back to life. */
  heal(): void {
    Object.assign(this.#trouble, CALM);
    this.#cutUntil = 0;
    this.#isDark = false;
    this.#resetShare = () => false;
    for (const line of this.#lines) {
      if (line.isSilent) line.destroy();
      else line.release();
    }
  }

  async close(): Promise<void> {
    this.heal();
    this.cut(0);
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.#hold(client);
    if (performance.now() < this.#cutUntil) client.destroy();
    else if (this.#isDark) client.resume();
    else this.#pass(client, this.#targets().length);
  }

  #pass(client: Socket, triesLeft: number): void {
    const targets = this.#targets();
    if (triesLeft === 0 || targets.length === 0 || client.destroyed) {
      client.destroy();
      return;
    }
    const target = targets[this.#next++ % targets.length]!;
    const upstream = typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1');
    upstream.once('connect', () => {
      upstream.removeAllListeners('error');
      this.#hold(upstream);
      this.#open(client, upstream);
    });
    upstream.once('error', () => this.#pass(client, triesLeft - 1));
  }

  #open(client: Socket, upstream: Socket): void {
    if (client.destroyed) {
      upstream.destroy();
      return;
    }
    const line = new FaultLine(client, upstream, this.#trouble);
    if (this.#resetShare()) line.resetOnNextAnswer();
    this.#lines.add(line);
    for (const socket of [client, upstream]) socket.once('close', () => client.destroyed && upstream.destroyed && this.#lines.delete(line));
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
