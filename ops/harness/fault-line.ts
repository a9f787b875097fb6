import type { Socket } from 'node:net';

export type Way = 'up' | 'down';

/** What happens to the bytes of a line on their way. */
export interface Trouble {
  delayMs: number;
  /** Infinity: as fast as they come. */
  bytesPerSecond: number;
  /** Looks at what comes by; false takes it off the line, which is then cut. */
  watch: ((line: FaultLine, way: Way, chunk: Buffer) => boolean) | null;
}

interface Piece {
  chunk: Buffer | null;
  dueAt: number;
}

/** Bytes that wait in a slow line before its sender has to wait too, as in a short buffer of a router. */
const HELD_BYTES = 16 * 1024;

/** One connection through a door, and what a bad network can do to it. */
export class FaultLine {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Free for whoever watches the line. */
  mark = 0;
  readonly #trouble: Trouble;
  readonly #ways: Record<Way, Piece[]> = { up: [], down: [] };
  readonly #lastDueAt: Record<Way, number> = { up: 0, down: 0 };
  readonly #timers = new Map<Way, NodeJS.Timeout>();
  #isSilent = false;
  #isCutInNextFrame = false;
  #isResetOnNextAnswer = false;

  constructor(client: Socket, upstream: Socket, trouble: Trouble) {
    this.client = client;
    this.upstream = upstream;
    this.#trouble = trouble;
    this.#carry('up', client, upstream);
    this.#carry('down', upstream, client);
  }

  /** Half-open: nothing comes through any more, not even the end, and neither side is told. */
  silence(): void {
    this.#isSilent = true;
    for (const way of ['up', 'down'] as const) this.#ways[way].length = 0;
    // What arrives is swallowed, so neither side's system notices that nobody reads.
    this.client.resume();
    this.upstream.resume();
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** The next bytes for the client arrive by half, then the line is gone. */
  cutMidFrame(): void {
    this.#isCutInNextFrame = true;
  }

  /** The next question reaches the other side; its answer meets a reset. */
  resetOnNextAnswer(): void {
    this.#isResetOnNextAnswer = true;
  }

  reset(): void {
    for (const socket of [this.client, this.upstream]) {
      // A Unix socket knows no reset: its other side finds it closed.
      if (socket.remoteAddress) socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  destroy(): void {
    this.client.destroy();
    this.upstream.destroy();
  }

  /** Sends on what was held back under a trouble that is over; what was still to come does not come. */
  release(): void {
    this.#isCutInNextFrame = this.#isResetOnNextAnswer = false;
    for (const way of ['up', 'down'] as const) {
      for (const piece of this.#ways[way]) piece.dueAt = 0;
      this.#lastDueAt[way] = 0;
      this.#pump(way);
    }
  }

  #carry(way: Way, from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => this.#take(way, chunk));
    from.on('end', () => !this.#isSilent && this.#enqueue(way, null));
    from.on('error', () => undefined);
    from.once('close', (hadError) => {
      if (this.#isSilent) return;
      if (hadError) to.destroy();
      else this.#enqueue(way, null);
    });
    to.on('drain', () => this.#resume(way));
  }

  #take(way: Way, chunk: Buffer): void {
    if (this.#isSilent) return;
    if (this.#trouble.watch && !this.#trouble.watch(this, way, chunk)) return this.destroy();
    if (way === 'down' && this.#isResetOnNextAnswer) return this.reset();
    if (way === 'down' && this.#isCutInNextFrame && chunk.length > 1) {
      this.client.write(chunk.subarray(0, chunk.length >> 1), () => this.destroy());
      this.#isSilent = true;
      return;
    }
    this.#enqueue(way, chunk);
  }

  #enqueue(way: Way, chunk: Buffer | null): void {
    const now = performance.now();
    const { delayMs, bytesPerSecond } = this.#trouble;
    const onTheWayMs = chunk && Number.isFinite(bytesPerSecond) ? (chunk.length / bytesPerSecond) * 1_000 : 0;
    const dueAt = Math.max(this.#lastDueAt[way], delayMs > 0 || onTheWayMs > 0 ? now + delayMs : 0) + onTheWayMs;
    this.#lastDueAt[way] = dueAt;
    this.#ways[way].push({ chunk, dueAt });
    this.#pump(way);
  }

  #pump(way: Way): void {
    const queue = this.#ways[way];
    const to = way === 'up' ? this.upstream : this.client;
    clearTimeout(this.#timers.get(way));
    for (let next = queue[0]; next; next = queue[0]) {
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        this.#timers.set(way, setTimeout(() => this.#pump(way), waitMs));
        break;
      }
      queue.shift();
      if (to.destroyed) continue;
      if (next.chunk) to.write(next.chunk);
      else to.end();
    }
    this.#resume(way);
  }

  #resume(way: Way): void {
    const [from, to] = way === 'up' ? [this.client, this.upstream] : [this.upstream, this.client];
    const held = this.#ways[way].reduce((sum, piece) => sum + (piece.chunk?.length ?? 0), 0);
    if (!this.#isSilent && (held > HELD_BYTES || to.writableNeedDrain)) from.pause();
    else from.resume();
  }
}
