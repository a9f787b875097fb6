import { newId } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { ticketsPassing } from '../ticket/index.ts';
import { activeRules, lockRule, selectVersion, updateRule } from './rule.store.ts';
import { insertEvents } from './trace.store.ts';

const BATCH = 200;

/**
 * Makes events of the time that has passed. How far a rule has come is stored with the events it made, so a restart repeats
 * and loses nothing, and of two workers the second finds nothing left.
 */
export async function wakeTimers(ctx: TicketsContext): Promise<void> {
  for (const { rule, version } of await activeRules(ctx.db)) {
    if (version.trigger !== 'TIME_SINCE') continue;
    while ((await sweep(ctx, rule.id)) === BATCH);
  }
}

async function sweep(ctx: TicketsContext, ruleId: string): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const rule = await lockRule(tx, ruleId);
    const version = rule?.isEnabled && rule.activeVersionId ? await selectVersion(tx, rule.activeVersionId) : null;
    if (!rule || version?.trigger !== 'TIME_SINCE') return 0;
    const { since, afterMs, conditions } = version;
    const now = ctx.clock.now();
    const passed = await ticketsPassing(tx, since!, conditions.states ?? [], { from: { at: rule.sweptAt!, id: rule.sweptId }, until: now - afterMs! }, BATCH);
    const last = passed.at(-1);
    if (!last) return 0;
    await insertEvents(tx, passed.map(({ id, updatedAt }) => ({
      eventId: newId('evt'), ticketId: id, trigger: 'TIME_SINCE' as const, ruleId, quietSince: since === 'UPDATED' ? updatedAt : null, chain: [], at: now, dueAt: now, tries: 0,
    })));
    await updateRule(tx, ruleId, { sweptAt: since === 'CREATED' ? last.createdAt : last.updatedAt, sweptId: last.id });
    return passed.length;
  });
}
