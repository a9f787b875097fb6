import type { ConversationsContext, Runtime } from '../context.ts';
import { touchVisits } from '../customer/index.ts';

const PART = 200;

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

/** The same for one call, without waiting for it. */
export function keepVisit(ctx: ConversationsContext): void {
  const visitId = visitOf(ctx);
  if (!visitId) return;
  keepVisits(ctx.runtime, [visitId]).catch((error: unknown) => ctx.log.warn({ err: error }, 'a visit could not be kept online'));
}
