import { recordAudit } from '@careline/kit/audit';
import { parseId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { DAY, MINUTE } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { lockActivations, selectDueVersions, selectNewestDryRun, selectVersion, updateState, type RuleVersionRow } from './rule.store.ts';

export interface ActivateRoutingRules {
  versionId: string;
  activateAt?: number | null;
}

/** How far ahead a version may be planned. */
const PLAN_MAX_MS = 366 * DAY;

/** A version of the rules. Throws NOT_FOUND. */
export async function requireRuleVersion(ctx: ConversationsContext, id: string): Promise<RuleVersionRow> {
  const version = parseId('rrv', id) ? await selectVersion(ctx.db, id) : null;
  if (!version) throw appError('NOT_FOUND');
  return version;
}

/**
 * 启用: puts a version in force, now or later; an older one too, which is a rollback. What waits already stays where it is.
 * Refuses DRY_RUN_REQUIRED unless a dry run of it has finished, save for one that was in force before. Repeated it changes nothing.
 */
export async function activateRoutingRules(ctx: ConversationsContext, { versionId, activateAt }: ActivateRoutingRules): Promise<RuleVersionRow> {
  ctx.viewer.requireAll('routing:write');
  const { version, state } = await requireRuleVersion(ctx, versionId);
  const wasPassed = state !== 'DRAFT';
  if (!wasPassed && (await selectNewestDryRun(ctx.db, versionId))?.state !== 'DONE') {
    throw refuse('DRY_RUN_REQUIRED', 'versionId', { zh: '请先试运行这个版本并查看结果。', en: 'Run this version dry and look at the result first.' });
  }
  const now = ctx.clock.now();
  const at = activateAt ?? now;
  if (at < now - MINUTE || at > now + PLAN_MAX_MS) throw refuse('OUT_OF_RANGE', 'activateAt', { zh: '启用时间须在现在到一年之内。', en: 'The moment lies between now and a year from now.' });
  await ctx.transaction(async (tx) => {
    const standing = await lockActivations(tx);
    const active = standing.find((row) => row.state === 'ACTIVE');
    if (active?.version === version) return;
    if (at > now) await updateState(tx, version, { state: 'SCHEDULED', activatedAt: at });
    else await putInForce(tx, standing, version, now);
    await recordAudit(tx, ctx, { verb: 'routing:write', subjectId: versionId, before: { version: active?.version ?? null }, after: { version, at: Math.max(at, now) } });
  });
  return requireRuleVersion(ctx, versionId);
}

async function putInForce(tx: Tx, standing: readonly RuleVersionRow[], version: number, at: number): Promise<void> {
  // First the old one goes: a unique key lets only one be in force.
  for (const row of standing) if (row.state === 'ACTIVE') await updateState(tx, row.version, { state: 'RETIRED' });
  await updateState(tx, version, { state: 'ACTIVE', activatedAt: at });
}

/** Puts versions in force whose planned moment has come, in the order of their moments. */
export async function activateDueRules(runtime: Runtime): Promise<void> {
  const ctx = runtime.system('routing');
  for (const { version, id, activatedAt } of await selectDueVersions(runtime.db, runtime.clock.now())) {
    await runtime.db.transaction(async (tx) => {
      const standing = await lockActivations(tx);
      // Somebody may have put it in force by hand meanwhile.
      if (standing.find((row) => row.version === version)?.state !== 'SCHEDULED') return;
      await putInForce(tx, standing, version, activatedAt!);
      await recordAudit(tx, ctx, { verb: 'routing:write', subjectId: id, before: { version: standing.find((row) => row.state === 'ACTIVE')?.version ?? null }, after: { version, at: activatedAt } });
    });
  }
}
