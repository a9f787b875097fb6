import { setPriority } from 'node:os';

/** A third of the share of processor time that others have, where all want more than there is; all of it where nobody else does. */
const NICE = 5;

/**
 * Lets those who answer people go first on the same machine: what a worker does may come a moment later, and it catches up when a rush is
 * over. It is never starved: its share is smaller, not none, so timers of promises stay punctual (`npm run prove -- sla`).
 * Processes in containers or services of their own have shares of their own, which this does not change.
 */
export function stepBack(): void {
  setPriority(NICE);
}
