/** Offsets of one topic that a group has acknowledged: all before `next`, and single ones behind it. */
export class Acknowledged {
  #next: number;
  readonly #beyond = new Set<number>();

  constructor(next: number) {
    this.#next = next;
  }

  /** The first offset that was not acknowledged. */
  get next(): number {
    return this.#next;
  }

  /** How many offsets behind `next` are acknowledged. */
  get beyond(): number {
    return this.#beyond.size;
  }

  has(offset: number): boolean {
    return offset < this.#next || this.#beyond.has(offset);
  }

  add(offset: number): void {
    if (offset >= this.#next) this.#beyond.add(offset);
    while (this.#beyond.delete(this.#next)) this.#next += 1;
  }

  /** Everything before `offset` counts as acknowledged. */
  skipTo(offset: number): void {
    this.#next = Math.max(this.#next, offset);
    for (const one of this.#beyond) if (one < this.#next) this.#beyond.delete(one);
    this.add(this.#next - 1);
  }

  /** Adds what another process has acknowledged. */
  join(other: Acknowledged): void {
    this.skipTo(other.next);
    for (const offset of other.#beyond) this.add(offset);
  }

  /** What lies behind `next` as `7-9 12`; what does not fit into `length` characters is left out. */
  describe(length: number): string {
    let text = '';
    for (const [first, last] of this.#runs()) {
      const more = `${text && ' '}${first === last ? first : `${first}-${last}`}`;
      if (text.length + more.length > length) break;
      text += more;
    }
    return text;
  }

  /** The reverse of `describe`. */
  static read(next: number, text: string): Acknowledged {
    const found = new Acknowledged(next);
    for (const [, first, last] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
      for (let offset = Number(first); offset <= Number(last ?? first); offset += 1) found.add(offset);
    }
    return found;
  }

  #runs(): [first: number, last: number][] {
    const runs: [number, number][] = [];
    for (const offset of [...this.#beyond].sort((a, b) => a - b)) {
      const run = runs.at(-1);
      if (run && run[1] === offset - 1) run[1] = offset;
      else runs.push([offset, offset]);
    }
    return runs;
  }
}
