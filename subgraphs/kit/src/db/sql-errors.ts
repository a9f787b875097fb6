import { appError } from '../errors/index.ts';

/** Errno of the database error inside `error`, through any wrapping; null when it is none. */
export function sqlErrno(error: unknown): number | null {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth += 1) {
    if ('errno' in inner && typeof inner.errno === 'number' && inner.errno > 0) return inner.errno;
  }
  return null;
}

const RETRY_AFTER_MS = 1_000;

/** Throws UNAVAILABLE for what the pool turned away because too many wait already, and anything else as it is. */
export function busy(error: unknown): never {
  // The driver's only sign of it is this sentence.
  if (error instanceof Error && error.message === 'Queue limit reached.') {
    throw appError('UNAVAILABLE', { internal: 'too many wait for a database connection', cause: error, retryAfterMs: RETRY_AFTER_MS });
  }
  throw error;
}

/** Whether a unique key refused the row. */
export function isDuplicate(error: unknown): boolean {
  return sqlErrno(error) === 1062;
}

// Deadlock, lock wait (NOWAIT on MariaDB), record changed, NOWAIT on MySQL.
const RETRIABLE = new Set([1213, 1205, 1020, 3572]);

/** Whether the engine asks for the whole transaction to be tried again. */
export function isRetriable(error: unknown): boolean {
  const errno = sqlErrno(error);
  return errno !== null && RETRIABLE.has(errno);
}
