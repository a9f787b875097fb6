/** Each look costs the process that is watched some 10 ms. */
const EVERY_MS = 250;

/** Reads the product's own metric of its database pools, again and again. */
export class PoolWatch {
  readonly #url: string;
  readonly #timer: NodeJS.Timeout;
  readonly #used: number[] = [];
  readonly #waiting: number[] = [];
  #isAsking = false;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}/metrics`;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  /** Greatest part of the pool that was in use. */
  get most(): number {
    return Math.max(0, ...this.#used);
  }

  get samples(): number {
    return this.#used.length;
  }

  get summary(): string {
    const mean = this.#used.reduce((sum, one) => sum + one, 0) / Math.max(1, this.#used.length);
    return `mean ${(mean * 100).toFixed(0)} % most ${(this.most * 100).toFixed(0)} % in use, at most ${Math.max(0, ...this.#waiting)} waiting, ${this.samples} looks`;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const text = await fetch(this.#url).then((answer) => answer.text()).catch(() => '');
    this.#isAsking = false;
    const read = (use: string) => Number(new RegExp(`careline_pool_connections\\{database="\\w+_conversations",use="${use}"[^}]*\\} (\\S+)`).exec(text)?.[1] ?? NaN);
    const [used, limit, waiting] = [read('used'), read('limit'), read('waiting')];
    if (Number.isNaN(used)) return;
    this.#used.push(used / limit);
    this.#waiting.push(waiting);
  }
}
