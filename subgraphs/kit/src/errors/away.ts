import { AppError } from './app-error.ts';

// Names that are not known and ways that lead nowhere, lines that were refused or ended, a pool that was let go of, a database that ends
// (1053, 1927) or has no room for one more (1040).
const AWAY = new Set([
  'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
  'ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ENOTCONN', 'EPIPE', 'ETIMEDOUT', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_SERVER_SHUTDOWN', 'ER_CONNECTION_KILLED', 'ER_CON_COUNT_ERROR',
]);
// The driver's only sign of a connection that has ended, and of a pool that too many wait for.
const SENTENCES = new Set(["Can't add new command when connection is in closed state", 'Queue limit reached.']);
const RETRY_AFTER_MS = 500;

/** Whether something failed because what it stands on (database, another subgraph) does not answer or has no room, through any wrapping. */
export function isAway(error: unknown): boolean {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth += 1) {
    if (inner instanceof AppError) return inner.code === 'UNAVAILABLE';
    if (('code' in inner && AWAY.has(String(inner.code))) || SENTENCES.has(inner.message)) return true;
  }
  return false;
}

/** The failure as one of the closed list: itself, UNAVAILABLE when something is away, or null when nobody expected it. */
export function knownFailure(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  return isAway(error) ? new AppError('UNAVAILABLE', { internal: 'something it stands on is away', cause: error, retryAfterMs: RETRY_AFTER_MS }) : null;
}
