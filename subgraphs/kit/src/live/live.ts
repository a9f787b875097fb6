/**
 * Hints between processes: "something changed here, look at the table". May lose, double and reorder;
 * carries ids and numbers, never text. Local listeners are told at once, other processes through Redis.
 */
export interface Live {
  publish(channel: string, hint: LiveHint): void;
  /** Calls `listener` for every hint on the channel until the returned function is called. */
  subscribe(channel: string, listener: (hint: LiveHint) => void): () => void;
  /** Whether hints reach other processes at the moment. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export type LiveHint = Record<string, string | number | boolean | null>;
