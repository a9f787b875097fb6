import { recordAudit } from '@careline/kit/audit';
import { withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse, type Refusal } from '@careline/kit/errors';
import { DAY, MINUTE } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { newestDryRun, selectDryRun } from './dry-run.store.ts';
import { checkDocument, requireVersion } from './policies.ts';
import { countOpenUnder, dueVersions, lockDocument, putInForce, selectVersion, updateVersion } from './policy.store.ts';
import type { ActivationScope, VersionRow } from './sla.tables.ts';

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
  const refusal = await whyNot(ctx, version, input);
  const identity = ctx.viewer.identity!;
  return ctx.db.transaction(async (tx) => {
    const { idempotencyKey: key, ...content } = input;
    const { result } = await withIdempotency(tx, { scope: `${identity.agentId ?? identity.id}:activateSlaPolicy`, key, input: content }, async () => {
      if (refusal) throw refusal;
      return activate(ctx, tx, version, input);
    });
    return result;
  });
}

/** Why the version cannot be put in force so; null when it can. */
async function whyNot(ctx: TicketsContext, { id, yaml, activatedAt }: VersionRow, { activateAt, dryRunId }: ActivateSlaPolicy): Promise<Refusal | null> {
  const { problems } = await checkDocument(ctx, { yaml });
  const mistake = problems.find(({ isWarning }) => !isWarning);
  if (mistake) return refuse('DOCUMENT_INVALID', 'versionId', { zh: `第 ${mistake.line} 行：${mistake.words.zh}`, en: `Line ${mistake.line}: ${mistake.words.en}` });
  const dryRun = dryRunId ? await selectDryRun(ctx.db, dryRunId) : await newestDryRun(ctx.db, id);
  if (activatedAt === null && (dryRun?.state !== 'DONE' || dryRun.versionId !== id)) return refuse('DRY_RUN_REQUIRED', 'versionId', { zh: '请先试运行这个版本并查看结果。', en: 'Run this version dry and look at the result first.' });
  const now = ctx.clock.now();
  const at = activateAt ?? now;
  if (at < now - MINUTE || at > now + PLAN_MAX_MS) return refuse('OUT_OF_RANGE', 'activateAt', { zh: '启用时间须在现在到一年之内。', en: 'The moment lies between now and a year from now.' });
  return null;
}

async function activate(ctx: TicketsContext, tx: Tx, version: VersionRow, { scope, activateAt }: ActivateSlaPolicy): Promise<{ versionId: string; retargetedCount: number }> {
  const document = await lockDocument(tx, version.documentId);
  if (!document) throw appError('NOT_FOUND');
  const now = ctx.clock.now();
  const at = Math.max(activateAt ?? now, now);
  const isNow = at === now;
  await updateVersion(tx, version.id, { activatedAt: at, plannedScope: isNow && scope === 'NEW_ONLY' ? null : scope });
  if (isNow) await putInForce(tx, version, now);
  const before = document.activeVersionId;
  await recordAudit(tx, ctx, { verb: 'sla:activate', subjectId: document.id, before: { versionId: before }, after: { versionId: version.id, scope, at } });
  return { versionId: version.id, retargetedCount: scope === 'RETARGET_OPEN' && before ? await countOpenUnder(tx, [before]) : 0 };
}

/** Puts versions in force whose planned moment has come. */
export async function activateDue(ctx: TicketsContext): Promise<void> {
  for (const { id, documentId } of await dueVersions(ctx.db, ctx.clock.now())) {
    await ctx.db.transaction(async (tx) => {
      const document = await lockDocument(tx, documentId);
      const version = await selectVersion(tx, id);
      // Another one may have been put in force a moment ago, and this one with it be over.
      if (!document || !version?.plannedScope) return;
      await putInForce(tx, version, version.activatedAt!);
      if (version.plannedScope === 'NEW_ONLY') await updateVersion(tx, id, { plannedScope: null });
      await recordAudit(tx, ctx, { verb: 'sla:activate', subjectId: documentId, before: { versionId: document.activeVersionId }, after: { versionId: id, scope: version.plannedScope } });
    });
  }
}
