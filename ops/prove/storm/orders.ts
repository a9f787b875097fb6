/** A visitor of the crowd: one line with one live stream. */
export interface Visitor {
  token: string;
  conversationId: string;
}

/** How one line came back after the cut; times in ms of the machine's clock. */
export interface Return {
  conversationId: string;
  /** First event of the resumed stream; null: it did not come back. */
  backAt: number | null;
  tries: number;
}

/** What one stream has shown, to be compared with the table. */
export interface Shown {
  conversationId: string;
  lastSeq: number;
  messages: number;
  /** Messages that came twice or before an earlier one. */
  disordered: number;
}

export type Order =
  | { type: 'open'; urls: string[]; visitors: Visitor[] }
  /** Watch for cuts from now on; `isByUs`: reset every line at once. */
  | { type: 'cut'; isByUs: boolean }
  | { type: 'report' };

export type Answer =
  | { type: 'opened' }
  | { type: 'armed' }
  | { type: 'report'; returns: Return[]; shown: Shown[]; /** When each message was seen, by its client id. */ seenAt: [string, number][] };

/** The machine's clock with fractions, the same in all processes. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
