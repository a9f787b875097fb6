import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type Side = 'visitor' | 'agent';

/**
 * One line of the ledger. It is written at the moment it tells of, by whoever stands outside the system:
 * what the system says of itself never enters it.
 */
export type Line =
  /** Somebody is about to send. `w` writer, `n` their how-manieth, `h` hash of the words. */
  | { k: 'intent'; t: number; c: number; w: Side; n: number; id: string; h: string }
  | { k: 'ack'; t: number; id: string; seq: number; m: string }
  /** A try that ended without an answer, or with one that says: try again. */
  | { k: 'failed'; t: number; id: string; code: string }
  /** The writer went away without knowing whether it was stored. */
  | { k: 'left'; t: number; id: string }
  /** The last try for what was left, when everything else is over. */
  | { k: 'late'; t: number; id: string }
  | { k: 'refused'; t: number; id: string; code: string }
  /** A screen begins to follow a conversation from its first message. */
  | { k: 'screen'; t: number; s: string; c: number }
  /** From here on a screen is known to be live; what was said up to this number is not asked of it. */
  | { k: 'live'; t: number; s: string; c: number; seq: number }
  /** A screen is closed and owes nothing after this number. */
  | { k: 'closed'; t: number; s: string; c: number; seq: number }
  | { k: 'seen'; t: number; s: string; c: number; seq: number; id: string | null; h: string }
  /** What an inbox shows of a conversation in the end. */
  | { k: 'row'; t: number; s: string; c: number; state: string; version: number; seq: number }
  | { k: 'ticket'; t: number; id: string; h: string }
  | { k: 'ticketed'; t: number; id: string; ticket: string; number: string }
  | { k: 'fault'; t: number; f: string; is: 'begun' | 'lifted' | 'over'; note?: string };

type Untimed<L> = L extends Line ? Omit<L, 't'> : never;

/** Short hash of what was written, so that the ledger can tell words without holding them. */
export const hashOf = (text: string | null): string => (text === null ? '' : createHash('sha1').update(text).digest('base64url').slice(0, 12));

/** The append-only file of one run. A line is in the file before `add` returns. */
export class LedgerFile {
  readonly path: string;
  readonly #file: number;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'ax');
  }

  add(line: Untimed<Line>): void {
    writeSync(this.#file, `${JSON.stringify({ ...line, t: Math.round(performance.now()) })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Every line of a ledger, in the order in which it was written. */
export async function* readLedger(path: string): AsyncGenerator<Line> {
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) yield JSON.parse(text) as Line;
}
