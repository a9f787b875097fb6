/**
 * Asks every dependency whether it answers, each for at most `timeoutMs`.
 * A check that throws or is late counts as not answering; the others are still reported.
 */
export async function checkHealth(
  checks: Record<string, () => Promise<unknown>>, timeoutMs = 2_000,
): Promise<{ isReady: boolean; checks: Record<string, boolean> }> {
  const entries = await Promise.all(Object.entries(checks).map(async ([name, check]) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, false);
    });
    const answered = Promise.resolve().then(check).then((answer) => answer !== false, () => false);
    const isUp = await Promise.race([answered, late]);
    clearTimeout(timer);
    return [name, isUp] as const;
  }));
  return { isReady: entries.every(([, isUp]) => isUp), checks: Object.fromEntries(entries) };
}

export type Readiness = (report: { isReady: boolean; checks: Record<string, boolean> }) => boolean;

/**
 * Whether a process may be sent work, asked with each report of its dependencies. At first it waits until all of
 * them answer, so that the order of starting does not matter, but no longer than `patienceMs`: one broken part must not
 * keep the others from starting. From then on only what it cannot do without counts (`isReady` of the report).
 */
export function createReadiness(patienceMs = 60_000): Readiness {
  const startedAt = performance.now();
  let hasWaited = false;
  return ({ isReady, checks }) => {
    hasWaited ||= Object.values(checks).every(Boolean) || performance.now() - startedAt >= patienceMs;
    return isReady && hasWaited;
  };
}
