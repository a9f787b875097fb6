import { counter } from '../observe/index.ts';

const cut = counter('careline_live_streams_cut_total', 'Live streams ended because their reader fell too far behind; it resumes from its position.');

interface Waiting<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: unknown): void;
}

/**
 * An async iterator fed by `push`, for subscription resolvers.
 *
 * Written by hand because an async generator that waits never runs its `finally` when the
 * client leaves: here `return()` settles the waiting `next()` and runs `onClose` once.
 * A reader that falls more than `limit` events behind is ended, and resumes from its position.
 */
export class LiveStream<T> implements AsyncIterableIterator<T> {
  readonly #queue: T[] = [];
  readonly #limit: number;
  readonly #onClose: () => void;
  readonly #waiting: Waiting<T>[] = [];
  #error: { cause: unknown } | null = null;
  #isClosed = false;

  constructor(onClose: () => void, limit = 256) {
    this.#onClose = onClose;
    this.#limit = limit;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many events wait to be taken. */
  get backlog(): number {
    return this.#queue.length;
  }

  push(value: T): void {
    if (this.#isClosed) return;
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.resolve({ value, done: false });
      return;
    }
    if (this.#queue.length >= this.#limit) {
      this.#queue.length = 0;
      cut.inc();
      this.close();
      return;
    }
    this.#queue.push(value);
  }

  /** Ends the stream after what is queued; with an error the reader gets it as its last result. */
  close(error?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (error !== undefined) this.#error = { cause: error };
    this.#onClose();
    const first = this.#error ? this.#waiting.shift() : undefined;
    if (first) {
      const { cause } = this.#error!;
      this.#error = null;
      first.reject(cause);
    }
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#queue.length > 0) return Promise.resolve({ value: this.#queue.shift()!, done: false });
    if (this.#error) {
      const { cause } = this.#error;
      this.#error = null;
      return Promise.reject(cause);
    }
    if (this.#isClosed) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#queue.length = 0;
    this.close();
    return Promise.resolve({ value: undefined, done: true });
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.#queue.length = 0;
    this.close();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
