import { counter } from '@careline/kit/observe';
import { inTurns } from './turns.ts';

/** Refusals in a row after which a client is made to wait, as it has sent on against the first; one is enough for who sent on all through its last wait. */
const HEARD = 2;
const WAIT_MOST_MS = 1_000;
/** Of the time it was told: who comes again right when it is over must find its socket read. */
const SHORTER = 0.8;

const paused = counter('careline_gateway_sockets_paused_total', 'Times that a socket was not read for a while because its client sent on although it had been told to wait.');

/** What of a socket is needed here. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * So many sockets are read again in one turn of the event loop. Those that were made to wait in one turn would else come back in one, with all
 * that gathered: a turn that long stops hundreds of others, who then come back in one turn again.
 */
const READ_A_TURN = 8;
const readInTurn = inTurns(READ_A_TURN);

/**
 * Makes a client wait that does not wait by itself: after some refusals in a row its socket is not read for most of the time it
 * was told to stay away, at most about a second. What it sends meanwhile gathers in its own machine and in the kernel; that is
 * then read and refused in one go, at a fraction of what single refusals cost. Its streams go on meanwhile.
 */
export class Patience {
  readonly #socket: Pausable;
  #refusals = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStale = false;
  #isDeaf = false;
  #isOver = false;

  constructor(socket: Pausable) {
    this.#socket = socket;
  }

  /** Whether what is read now was sent while the client should have waited: refused too, so that nothing old is done late. */
  get isStale(): boolean {
    return this.#isStale;
  }

  refused(retryAfterMs: number): void {
    if (this.#isStale) this.#isDeaf = true;
    if (this.#isStale || this.#timer) return;
    this.#refusals += 1;
    if (this.#refusals < HEARD && !this.#isDeaf) return;
    paused.inc();
    this.#socket.pause();
    this.#timer = setTimeout(() => readInTurn(() => this.#read()), Math.min(retryAfterMs * SHORTER, WAIT_MOST_MS * (0.75 + Math.random() / 4))).unref();
  }

  admitted(): void {
    this.#refusals = 0;
  }

  close(): void {
    this.#isOver = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #read(): void {
    if (this.#isOver) return;
    this.#timer = null;
    this.#refusals = 0;
    this.#isStale = true;
    this.#isDeaf = false;
    this.#socket.resume();
    // What has gathered is read in the next turn of the event loop; what comes after that is new.
    setImmediate(() => setImmediate(() => { this.#isStale = false; }));
  }
}
