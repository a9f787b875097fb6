import { recordAudit } from '@careline/kit/audit';
import { withIdempotency } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { DAY } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { newestDryRun } from './dry-run.store.ts';
import { checkDocument, requireVersion } from './policies.ts';
import { activateVersionRow, countOpenUnder, dueVersions, lockDocument, updateVersion } from './policy.store.ts';
import type { ActivationScope } from './sla.tables.ts';

export interface ActivateSlaPolicy {
  versionId: string;
  scope: ActivationScope;
  activateAt?: number | null;
  dryRunId?: string | null;
  idempotencyKey: string;
}

/** How far ahead a version may be planned. */
const PLAN_MAX_MS = 366 * DAY;

/**
 * 启用: puts a version in force, now or later; an older one too, which is a rollback.
 *
 * Refuses DRY_RUN_REQUIRED unless a dry run of this version has finished, save for one that was in force before, and DOCUMENT_INVALID while it has
 * problems. With RETARGET_OPEN a worker counts open tickets anew afterwards; the number says how many there are.
 */
export async function activateSlaPolicy(ctx: TicketsContext, input: ActivateSlaPolicy): Promise<{ versionId: string; retargetedCount: number }> {
  ctx.viewer.requireAll('sla:activate');
  const version = await requireVersion(ctx.db, input.versionId);
  const { problems } = await checkDocument(ctx, { yaml: version.yaml });
  const mistake = problems.find(({ isWarning }) => !isWarning);
  if (mistake) throw refuse('DOCUMENT_INVALID', 'versionId', { zh: `第 ${mistake.line} 行：${mistake.words.zh}`, en: `Line ${mistake.line}: ${mistake.words.en}` });
  const dryRun = await newestDryRun(ctx.db, version.id);
  if (version.activatedAt === null && dryRun?.state !== 'DONE') throw refuse('DRY_RUN_REQUIRED', 'versionId', { zh: '请先试运行这个版本并查看结果。', en: 'Run this version dry and look at the result first.' });
  const now = ctx.clock.now();
  const at = input.activateAt ?? now;
  if (at < now - 60_000 || at > now + PLAN_MAX_MS) throw refuse('OUT_OF_RANGE', 'activateAt', { zh: '启用时间须在现在到一年之内。', en: 'The moment lies between now and a year from now.' });
  const identity = ctx.viewer.identity!;
  return ctx.db.transaction(async (tx) => {
    const call = { scope: `${identity.agentId ?? identity.id}:activateSlaPolicy`, key: input.idempotencyKey, input: { versionId: input.versionId, scope: input.scope, activateAt: input.activateAt ?? null } };
    const { result } = await withIdempotency(tx, call, async () => {
      const document = await lockDocument(tx, version.documentId);
      if (!document) throw appError('NOT_FOUND');
      const isNow = at <= now;
      await updateVersion(tx, version.id, { activatedAt: isNow ? now : at, plannedScope: isNow && input.scope === 'NEW_ONLY' ? null : input.scope });
      if (isNow) await activateVersionRow(tx, document.id, version.id);
      await recordAudit(tx, ctx, { verb: 'sla:activate', subjectId: document.id, before: { versionId: document.activeVersionId }, after: { versionId: version.id, scope: input.scope, at } });
      const before = document.activeVersionId;
      return { versionId: version.id, retargetedCount: input.scope === 'RETARGET_OPEN' && before ? await countOpenUnder(tx, [before]) : 0 };
    });
    return result;
  });
}

/** Puts versions in force whose planned moment has come. */
export async function activateDue(ctx: TicketsContext): Promise<void> {
  for (const version of await dueVersions(ctx.db, ctx.clock.now())) {
    await ctx.db.transaction(async (tx) => {
      const document = await lockDocument(tx, version.documentId);
      if (!document) return;
      await activateVersionRow(tx, document.id, version.id);
      if (version.plannedScope === 'NEW_ONLY') await updateVersion(tx, version.id, { plannedScope: null });
      await recordAudit(tx, ctx, { verb: 'sla:activate', subjectId: document.id, before: { versionId: document.activeVersionId }, after: { versionId: version.id, scope: version.plannedScope } });
    });
  }
}
