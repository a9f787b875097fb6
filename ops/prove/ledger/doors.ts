import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultProxy } from '../../harness/fault-proxy.ts';
import type { KillableEngines } from '../../harness/killable-engines.ts';
import type { Wire } from '../../harness/system.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../../harness/shift-clock.mjs')).href;
const SUBGRAPH_URL = /^(CONVERSATIONS|TICKETS|KNOWLEDGE|ANALYTICS)_URL$/;

/** A door between each pair of processes that talk, and a clock of its own for each process. */
export class Doors {
  readonly #doors = new Map<string, FaultProxy>();
  readonly #engines: KillableEngines;
  readonly #folder: string;

  constructor(engines: KillableEngines, folder: string) {
    this.#engines = engines;
    this.#folder = folder;
  }

  /** Puts the doors in front of what a process is told to talk to. */
  readonly wire: Wire = async (name, env) => {
    const wired: Record<string, string> = { ...env, CLOCK_FILE: this.#clockFile(name), NODE_OPTIONS: `--import ${PRELOAD}` };
    for (const [key, value] of Object.entries(env)) {
      const subgraph = SUBGRAPH_URL.exec(key)?.[1]?.toLowerCase();
      // A subgraph that asks itself would do so without leaving its process.
      if (!subgraph || name.startsWith(subgraph)) continue;
      const url = new URL(value);
      const port = Number(url.port);
      url.port = String((await this.#open(`${name}>${subgraph}`, () => [port])).port);
      wired[key] = url.toString();
    }
    const redis = await this.#open(`${name}>redis`, () => [this.#engines.redis.socket]);
    wired.REDIS_URL = `redis://127.0.0.1:${redis.port}/${new URL(env.REDIS_URL!).search}`;
    if (name.startsWith('gateway')) return wired;
    const mariadb = await this.#open(`${name}>mariadb`, () => [this.#engines.mariadb.socket]);
    const { username, password } = new URL(env.DATABASE_URL!);
    wired.DATABASE_URL = `mysql://${username}:${password}@127.0.0.1:${mariadb.port}/`;
    return wired;
  };

  /** All doors whose name, `from>to`, matches. Throws when there is none: a fault that hits nothing proves nothing. */
  between(pattern: RegExp): FaultProxy[] {
    const found = [...this.#doors].filter(([name]) => pattern.test(name)).map(([, door]) => door);
    if (found.length === 0) throw new Error(`no door is named like ${pattern}`);
    return found;
  }

  /** From now on the clock of this process stands `offsetMs` off. */
  shiftClock(name: string, offsetMs: number): void {
    writeFileSync(this.#clockFile(name), String(offsetMs));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#doors.values()].map((door) => door.close()));
  }

  #clockFile(name: string): string {
    return join(this.#folder, `clock-${name}`);
  }

  async #open(name: string, targets: () => (number | string)[]): Promise<FaultProxy> {
    const door = await FaultProxy.open(targets);
    this.#doors.set(name, door);
    return door;
  }
}
