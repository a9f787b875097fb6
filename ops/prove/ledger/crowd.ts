import { setTimeout as rest } from 'node:timers/promises';
import { connect } from '../../../schema/examples/live-inbox.mjs';
import type { World } from './world.ts';

const SIZE = 1_000;
const AT_ONCE = 50;
const PATIENCE_MS = 60_000;
let crowds = 0;

interface Onlooker {
  screen: string;
  conversationId: string;
  client: ReturnType<typeof connect>;
  stop: () => void;
}

/** Very many sockets that watch a few quiet conversations, each a screen of its own in the ledger. */
export class Crowd {
  readonly #world: World;
  readonly #onlookers: Onlooker[] = [];

  private constructor(world: World) {
    this.#world = world;
  }

  get size(): number {
    return this.#onlookers.length;
  }

  /** Comes in small groups, so that coming is no fault yet; resolves when each shows what was said so far. */
  static async open(world: World): Promise<Crowd> {
    const crowd = new Crowd(world);
    const name = `crowd-${crowds++}`;
    await crowd.#talk();
    for (let index = 0; index < SIZE; index += 1) {
      crowd.#enter(`${name}-${index}`, index);
      if (index % AT_ONCE === AT_ONCE - 1) await crowd.#current();
    }
    return crowd;
  }

  /** Something is said while they come back; they leave when each has shown all of it. */
  async leave(): Promise<void> {
    await this.#talk();
    if (!(await this.#current())) throw new Error(`a crowd of ${this.size} was not current within ${PATIENCE_MS / 1_000} s`);
    for (const { screen, conversationId, stop, client } of this.#onlookers) {
      stop();
      this.#world.screens.closed(screen, conversationId, this.#owed(conversationId));
      void client.close();
    }
  }

  #enter(screen: string, index: number): void {
    const { hallWriters, visitors, screens, clients } = this.#world;
    const { place, conversationId } = hallWriters[index % hallWriters.length]!.seat;
    const client = connect({ url: clients.crowd.url, token: () => visitors[place]!.token() });
    const stop = screens.openConversation(screen, conversationId, client);
    this.#onlookers.push({ screen, conversationId, client, stop });
  }

  async #talk(): Promise<void> {
    await Promise.all(this.#world.hallWriters.map((writer) => writer.writeOne()));
  }

  /** The last number that somebody was promised in this conversation. */
  #owed(conversationId: string): number {
    return Math.max(...this.#world.hallWriters.filter(({ seat }) => seat.conversationId === conversationId).map((writer) => writer.lastSeq));
  }

  async #current(): Promise<boolean> {
    const { screens } = this.#world;
    const until = performance.now() + PATIENCE_MS;
    const isBehind = ({ screen, conversationId }: Onlooker) => screens.lastSeq(screen, conversationId) < this.#owed(conversationId);
    while (this.#onlookers.some(isBehind)) {
      if (performance.now() > until) return false;
      await rest(50);
    }
    return true;
  }
}
