/**
 * An async iterator that maps another one, one event at a time and in order.
 *
 * Written by hand because a generator that waits for its source never runs `finally` when the
 * client leaves: `return()` here reaches the source at once, also while a `next()` waits.
 */
export class LiveMap<In, Out> implements AsyncIterableIterator<Out> {
  readonly #source: AsyncIterator<In>;
  readonly #map: (value: In) => Out | Promise<Out>;
  readonly #onEnd: () => void;
  #isEnded = false;

  constructor(source: AsyncIterator<In>, map: (value: In) => Out | Promise<Out>, onEnd: () => void = () => undefined) {
    this.#source = source;
    this.#map = map;
    this.#onEnd = onEnd;
  }

  async next(): Promise<IteratorResult<Out>> {
    if (this.#isEnded) return { value: undefined, done: true };
    try {
      const { value, done } = await this.#source.next();
      if (done) {
        this.#end();
        return { value: undefined, done: true };
      }
      return { value: await this.#map(value), done: false };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Out>> {
    this.#end();
    await this.#source.return?.();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<Out>> {
    await this.return();
    throw error;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
