import type { ConversationsContext, Runtime } from '../context.ts';
import { touchVisits } from '../customer/index.ts';

const PART = 200;
const GATHER_MS = 250;

/** The visit behind a visitor's call; null for anybody else. */
export function visitOf(ctx: ConversationsContext): string | null {
  return ctx.viewer.isCustomer ? ctx.viewer.identity!.signInId : null;
}

/** Says that these visitors are here. Many at a time share one statement; who is missed is named again at the next look. */
export async function keepVisits(runtime: Runtime, visitIds: readonly string[]): Promise<void> {
  const ids = [...new Set(visitIds)].sort();
  for (let from = 0; from < ids.length; from += PART) {
    await runtime.db.transaction((tx) => touchVisits(tx, ids.slice(from, from + PART), runtime.clock.now()));
  }
}

/** The visits named since the last writing. */
export function visitKeeper(runtime: Runtime) {
  let named = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  async function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    const ids = [...named];
    named = new Set();
    await keepVisits(runtime, ids).catch((error: unknown) => runtime.log.warn({ err: error }, 'visits could not be kept online'));
  }
  return {
    name(visitId: string): void {
      named.add(visitId);
      timer ??= setTimeout(() => void flush(), GATHER_MS).unref();
    },
    /** Writes down who was named. The timer calls it. */
    flush,
    close: flush,
  };
}

/** The same for one call, without waiting for it. */
export function keepVisit(ctx: ConversationsContext): void {
  const visitId = visitOf(ctx);
  if (visitId) ctx.runtime.parts.of(visitKeeper).name(visitId);
}
