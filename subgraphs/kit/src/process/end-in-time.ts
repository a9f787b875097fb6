const WITHIN_MS = 60_000;

/** Leaves by `fail` when a process that began to end has not ended in time: with its engines gone there may be nothing to wait for. */
export function endInTime(fail: (error: Error) => void, withinMs = WITHIN_MS): void {
  setTimeout(() => fail(new Error('did not end in time; what it held is taken back by whoever comes next')), withinMs).unref();
}
