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
