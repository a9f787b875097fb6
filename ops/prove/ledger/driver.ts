import { setTimeout as rest } from 'node:timers/promises';
import { Random } from '../../harness/random.ts';
import type { Fault } from './fault.ts';
import type { World } from './world.ts';

/** Makes things break, and waits after each until all that was begun meanwhile is stored and on every screen. */
export class Driver {
  readonly #world: World;
  readonly #random: Random;
  /** How long everything that was begun under a fault may take to be stored and seen after it. */
  readonly #patienceMs: number;
  /** Faults after which the screens did not become current in time. */
  notCurrent = 0;
  faults = 0;

  constructor(world: World, random: Random, patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#world = world;
    this.#random = random;
  }

  /** Each fault `times` times, in an order and at moments that the seed decides. */
  async oneByOne(faults: readonly Fault[], times: number): Promise<void> {
    for (const { fault, round } of this.#shuffled(faults.flatMap((fault) => Array.from({ length: times }, (_, round) => ({ fault, round }))))) {
      await this.#run([{ fault, round }]);
    }
  }

  /** Each fault once more, together with another one that begins while the first still lasts. */
  async inPairs(faults: readonly Fault[]): Promise<void> {
    const order = this.#shuffled([...faults]);
    for (let index = 0; index < order.length; index += 2) {
      await this.#run([order[index]!, order[index + 1] ?? order[0]!].map((fault) => ({ fault, round: 2 })));
    }
  }

  async #run(together: readonly { fault: Fault; round: number }[]): Promise<void> {
    const { ledger, tracker } = this.#world;
    // Each run has random numbers of its own: how many a fault draws depends on time, and must not move what comes after it.
    const random = new Random(Math.floor(this.#random.next() * 2 ** 32));
    for (const { fault } of together) await fault.prepare?.(this.#world, random);
    await rest(300 + random.next() * 1_000);
    tracker.takeFailures();
    const begunAt = performance.now();
    const offsetMs = 300 + random.next() * 1_500;
    const whats = await Promise.all(together.map(async ({ fault, round }, index) => {
      await rest(index * offsetMs);
      return this.#strike({ fault, round, random }, index < together.length - 1 ? offsetMs + 1_000 : 0);
    }));
    const liftedAt = performance.now();
    const isCurrent = await tracker.settled(liftedAt, this.#patienceMs);
    if (!isCurrent) this.notCurrent += 1;
    for (const { fault } of together) ledger.add({ k: 'fault', f: fault.id, is: 'over' });
    const codes = [...tracker.takeFailures()].map(([code, count]) => `${code} ${count}`).join(' ');
    const after = isCurrent ? `current after ${Math.round(performance.now() - liftedAt)} ms` : `NOT CURRENT after ${this.#patienceMs} ms: ${tracker.unsettledBefore(liftedAt)} on their way`;
    console.log(`${together.map(({ fault }) => fault.id).join(' + ').padEnd(9)} ${whats.join(' + ')}; lasted ${((liftedAt - begunAt) / 1_000).toFixed(1)} s, ${after}${codes ? `; retried: ${codes}` : ''}`);
  }

  async #strike({ fault, round, random }: { fault: Fault; round: number; random: Random }, leastMs: number): Promise<string> {
    const { ledger } = this.#world;
    ledger.add({ k: 'fault', f: fault.id, is: 'begun' });
    const strike = await fault.strike(this.#world, random, round);
    await rest(Math.max(strike.holdMs, leastMs));
    await strike.lift();
    ledger.add({ k: 'fault', f: fault.id, is: 'lifted', note: strike.what });
    this.faults += 1;
    return strike.what;
  }

  #shuffled<T>(list: T[]): T[] {
    for (let last = list.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.#random.next() * (last + 1));
      [list[last], list[other]] = [list[other]!, list[last]!];
    }
    return list;
  }
}
