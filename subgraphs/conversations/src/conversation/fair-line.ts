/**
 * Things that wait, bounded as a whole and for each key, and fair between keys: `take` gives one of each in turn,
 * so that whoever brings a thousand does not stand before those who bring one. Each key's own keep their order.
 */
export class FairLine<T> {
  readonly #most: number;
  readonly #mostOfOne: number;
  /** In the order in which the keys have their turn. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  get size(): number {
    return this.#size;
  }

  /** What stands against one more of this key; null: nothing. */
  fullFor(key: string): 'all' | 'one' | null {
    if ((this.#lines.get(key)?.length ?? 0) >= this.#mostOfOne) return 'one';
    return this.#size >= this.#most ? 'all' : null;
  }

  push(key: string, item: T): void {
    const line = this.#lines.get(key);
    if (line) line.push(item);
    else this.#lines.set(key, [item]);
    this.#size += 1;
  }

  /** At most `count`, none of a key that `isBusy`. */
  take(count: number, isBusy: (key: string) => boolean): T[] {
    const taken: T[] = [];
    for (let isMore = true; isMore && taken.length < count;) {
      isMore = false;
      for (const [key, line] of [...this.#lines]) {
        if (taken.length === count) break;
        if (isBusy(key)) continue;
        taken.push(line.shift()!);
        this.#lines.delete(key);
        if (line.length === 0) continue;
        this.#lines.set(key, line);
        isMore = true;
      }
    }
    this.#size -= taken.length;
    return taken;
  }
}
