/** Errno of the database error inside `error`, through any wrapping; null when it is none. */
export function sqlErrno(error: unknown): number | null {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth += 1) {
    if ('errno' in inner && typeof inner.errno === 'number' && inner.errno > 0) return inner.errno;
  }
  return null;
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
