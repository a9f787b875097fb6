import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import { AskError, tell, type Ask } from '../../harness/people.ts';
import type { Random } from '../../harness/random.ts';
import { hashOf, type LedgerFile, type Side } from './ledger-file.ts';
import type { Tracker } from './tracker.ts';

const PATIENCE_MS = 50;
const PATIENCE_MAX_MS = 800;
/** Of those whose first try failed, this share goes away and never learns what became of it. */
const LEAVING = 0.02;
const WORDS = ['hello ', '你好，', 'order 20481 ', '退款 ', 'naïve ', '👩‍👧 ', 'is it there? '];

export interface WriterParts {
  ledger: LedgerFile;
  tracker: Tracker;
  random: Random;
}

export interface Seat {
  place: number;
  side: Side;
  conversationId: string;
  ask: Ask;
  /** What this writer has seen, for the reply guard; null for visitors. */
  lastSeenSeq: (() => number) | null;
  /** Screens that must show what is written here. */
  screens: readonly string[];
}

interface Draft {
  id: string;
  text: string;
}

/**
 * Writes one message after the other. Each is sent again under the same client id until the answer comes; only then
 * the next one begins, so that the order of a writer is known.
 */
export class Writer {
  readonly seat: Seat;
  readonly #parts: WriterParts;
  readonly #left: Draft[] = [];
  #n = 0;
  /** The greatest number that was promised to this writer. */
  lastSeq = 0;

  constructor(seat: Seat, parts: WriterParts) {
    this.seat = seat;
    this.#parts = parts;
  }

  /** Writes at this pace until `isOver`; whoever waited for an answer does not make up for it. */
  async write(everyMs: number, isOver: () => boolean): Promise<void> {
    await rest(this.#parts.random.next() * everyMs);
    while (!isOver()) {
      const begun = performance.now();
      await this.writeOne();
      await rest(everyMs * (0.6 + this.#parts.random.next() * 0.8) - (performance.now() - begun));
    }
  }

  async writeOne(): Promise<void> {
    const { ledger, tracker, random } = this.#parts;
    const draft = { id: randomUUID(), text: this.#words() };
    ledger.add({ k: 'intent', c: this.seat.place, w: this.seat.side, n: this.#n++, id: draft.id, h: hashOf(draft.text) });
    tracker.begin(draft.id, this.seat.screens);
    let patienceMs = PATIENCE_MS;
    for (let tries = 1; ; tries += 1) {
      if (await this.#try(draft)) return;
      if (tries === 1 && random.next() < LEAVING) {
        ledger.add({ k: 'left', id: draft.id });
        tracker.drop(draft.id);
        this.#left.push(draft);
        return;
      }
      await rest(patienceMs * (0.5 + random.next()));
      patienceMs = Math.min(patienceMs * 1.5, PATIENCE_MAX_MS);
    }
  }

  /** Everybody who went away comes back once more with the same client id. */
  async comeBack(): Promise<void> {
    for (const draft of this.#left.splice(0)) {
      this.#parts.ledger.add({ k: 'late', id: draft.id });
      this.#parts.tracker.begin(draft.id, this.seat.screens);
      while (!(await this.#try(draft))) await rest(PATIENCE_MAX_MS);
    }
  }

  /** True when it is settled. */
  async #try({ id, text }: Draft): Promise<boolean> {
    const { ledger, tracker } = this.#parts;
    const lastSeenSeq = this.seat.lastSeenSeq?.() ?? null;
    const input = { conversationId: this.seat.conversationId, clientMessageId: id, text, lastSeenSeq, confirm: lastSeenSeq !== null };
    try {
      const { message } = await tell<{ message: { id: string; seq: number } }>(this.seat.ask, 'sendMessage', input, 'message { id seq }');
      ledger.add({ k: 'ack', id, seq: message.seq, m: message.id });
      tracker.ack(id);
      this.lastSeq = Math.max(this.lastSeq, message.seq);
      return true;
    } catch (error) {
      const code = codeOf(error);
      const isRefused = error instanceof AskError && error.isRefusal;
      if (isRefused) tracker.drop(id);
      ledger.add({ k: isRefused ? 'refused' : 'failed', id, code });
      tracker.fail(code);
      return isRefused;
    }
  }

  #words(): string {
    const { random } = this.#parts;
    const length = Math.ceil(random.between(1, 30));
    return `${this.#n} ${Array.from({ length }, () => random.pick(WORDS)).join('')}`;
  }
}

/** What came instead of an answer, in one word. */
export function codeOf(error: unknown): string {
  if (error instanceof AskError) return error.code;
  if (error instanceof Error && error.name === 'TimeoutError') return 'SILENCE';
  return error instanceof SyntaxError ? 'NOT_JSON' : 'CUT';
}
