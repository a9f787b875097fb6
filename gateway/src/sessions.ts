import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '@careline/kit/auth';
import type { Live } from '@careline/kit/live';
import type { Clock } from '@careline/kit/time';
import type { Logger } from '@careline/kit/observe';
import type { Limits } from './config.ts';
import { identityChannel, isSameIdentity, type Identities } from './identity.ts';

/** Why the gateway ends a connection: refresh the token, not allowed, rights changed, too many, restarting. */
export type CloseCode = 4401 | 4403 | 4205 | 4429 | 1012;

/** One open line to a client: a socket or an event stream. */
export interface Line {
  token: string | null;
  identity: Identity | null;
  close(code: CloseCode, reason: string): void;
}

/** Hints may be lost, so each line is looked at again this often; first soon, as one may have come while the line was being opened. */
const RECHECK_MS = 60_000;
const FIRST_RECHECK_MS = 6_000;

interface Watched {
  lines: Set<Line>;
  stop: () => void;
}

/**
 * Keeps every open line true to its identity: closes it when the token runs out (4401), when the sign-in
 * ended or was taken away (4401, the refresh decides), and when what it may see changed (4205: come again).
 */
export class Sessions {
  /** Each open line, and how to move its end to that of a newer answer about its token. */
  readonly #lines = new Map<Line, (to: Identity) => void>();
  readonly #perAddress = new Map<string, number>();
  readonly #perIdentity = new Map<string, number>();
  readonly #watched = new Map<string, Watched>();
  readonly #identities: Identities;
  readonly #live: Live;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #log: Logger;

  constructor(identities: Identities, live: Live, clock: Clock, limits: Limits, log: Logger) {
    this.#identities = identities;
    this.#live = live;
    this.#clock = clock;
    this.#limits = limits;
    this.#log = log;
  }

  get size(): number {
    return this.#lines.size;
  }

  /**
   * A place for one more line of this address, from before anybody knows who is at its end; null when all are taken.
   * Kept until the returned function is called.
   */
  enter(address: string | null): (() => void) | null {
    if ((this.#perAddress.get(address ?? '') ?? 0) >= this.#limits.socketsPerAddress) return null;
    return count(this.#perAddress, address ?? '');
  }

  /** Whether one more line is allowed for this identity. */
  hasRoom(identity: Identity | null): boolean {
    return !identity || (this.#perIdentity.get(identity.id) ?? 0) < this.#limits.socketsPerIdentity;
  }

  /** Watches over a line until the returned function is called. */
  open(line: Line): () => void {
    const stops: (() => void)[] = [];
    this.#lines.set(line, () => undefined);
    if (line.identity) {
      stops.push(count(this.#perIdentity, line.identity.id));
      stops.push(this.#watch(line, identityChannel(line.identity)));
      const expiry = this.#closeAtExpiry(line, line.identity);
      this.#lines.set(line, expiry.move);
      stops.push(expiry.stop);
      stops.push(this.#recheckNowAndThen(line));
    }
    let isOpen = true;
    const release = () => {
      if (!isOpen) return;
      isOpen = false;
      this.#lines.delete(line);
      for (const stop of stops) stop();
    };
    return release;
  }

  // One listener for all lines of an identity: it forgets what was believed before any line asks again.
  #watch(line: Line, channel: string): () => void {
    const watched = this.#watched.get(channel) ?? { lines: new Set<Line>(), stop: this.#live.subscribe(channel, () => this.#recheckAll(channel)) };
    this.#watched.set(channel, watched);
    watched.lines.add(line);
    return () => {
      watched.lines.delete(line);
      if (watched.lines.size > 0) return;
      this.#watched.delete(channel);
      watched.stop();
    };
  }

  #recheckAll(channel: string): void {
    const lines = [...(this.#watched.get(channel)?.lines ?? [])];
    for (const line of lines) if (line.token) this.#identities.forget(line.token);
    for (const line of lines) void this.#recheck(line);
  }

  #recheckNowAndThen(line: Line): () => void {
    let timer: NodeJS.Timeout;
    const plan = (afterMs: number) => {
      timer = setTimeout(() => {
        void this.#recheck(line);
        plan(RECHECK_MS);
      }, afterMs * (0.75 + Math.random() / 2));
      timer.unref();
    };
    plan(FIRST_RECHECK_MS);
    return () => clearTimeout(timer);
  }

  #closeAtExpiry(line: Line, identity: Identity): { move(to: Identity): void; stop(): void } {
    let timer: NodeJS.Timeout;
    const plan = (expiresAt: number) => {
      // Timers hold 24 days; a line that lives longer is looked at again then.
      const leftMs = Math.min(expiresAt * 1000 - this.#clock.now(), 2_147_483_647);
      timer = setTimeout(() => line.close(4401, 'token expired'), Math.max(0, leftMs));
      timer.unref();
    };
    plan(identity.expiresAt);
    return {
      move: (to) => {
        clearTimeout(timer);
        plan(to.expiresAt);
      },
      stop: () => clearTimeout(timer),
    };
  }

  async #recheck(line: Line): Promise<void> {
    if (!line.token || !line.identity || !this.#lines.has(line)) return;
    try {
      const now = await this.#identities.of(line.token, null);
      if (!this.#lines.has(line)) return;
      if (!now) line.close(4401, 'sign-in ended');
      else if (!isSameIdentity(line.identity, now)) line.close(4205, 'rights changed');
      // Access tokens are believed for an hour at a time, for as long as they are valid.
      else this.#lines.get(line)!(now);
    } catch (error) {
      // Nobody can tell at the moment: the line stays, and is looked at again.
      this.#log.warn({ err: error }, 'an identity could not be checked again');
    }
  }

  /** Asks every line to come again, spread over the time so that they do not return all at once. */
  async drain(withinMs: number): Promise<void> {
    const lines = [...this.#lines.keys()];
    const step = lines.length > 0 ? Math.min(5, withinMs / 2 / lines.length) : 0;
    for (const line of lines) {
      line.close(1012, 'restarting');
      if (step >= 1) await delay(step);
    }
  }
}

function count(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  let isCounted = true;
  return () => {
    if (!isCounted) return;
    isCounted = false;
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}
