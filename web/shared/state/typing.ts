/** The server counts someone as typing for this long after the last key it heard of. */
const STALE_MS = 6_000;

/**
 * Ends 正在输入 with the message itself. Until the server has forgotten the typist its events go on naming them;
 * whoever's words have arrived is not believed to type again before that, or before an event shows them at rest.
 */
export function endedTypists(now: () => number = Date.now) {
  const until = new Map<string, number>();
  return {
    end(person: string): void {
      until.set(person, now() + STALE_MS);
    },
    isTyping(person: string, isSaid: boolean): boolean {
      if (!isSaid) until.delete(person);
      return isSaid && now() >= (until.get(person) ?? 0);
    },
  };
}
