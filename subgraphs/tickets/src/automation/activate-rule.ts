import { recordAudit } from '@careline/kit/audit';
import { parseId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import type { RuleRow, VersionRow } from './automation.tables.ts';
import { newestDryRun } from './dry-run.store.ts';
import { lockRule, noteActivation, selectVersion, updateRule } from './rule.store.ts';

export interface ActivateAutomationRule {
  ruleId: string;
  versionId?: string | null;
}

/**
 * 启用: puts a version in force from now on, an older one too, or switches the rule off. What is so already stays as it is.
 * Refuses DRY_RUN_REQUIRED unless a dry run of this version has finished, save for one that was in force before.
 */
export async function activateAutomationRule(ctx: TicketsContext, { ruleId, versionId }: ActivateAutomationRule): Promise<string> {
  ctx.viewer.requireAll('automation:write');
  if (!parseId('aut', ruleId)) throw appError('NOT_FOUND');
  await ctx.db.transaction(async (tx) => {
    const rule = await lockRule(tx, ruleId);
    if (!rule) throw appError('NOT_FOUND');
    const before = rule.isEnabled ? rule.activeVersionId : null;
    if (before === (versionId ?? null)) return;
    if (versionId) await putInForce(ctx, tx, rule, versionId);
    else await updateRule(tx, ruleId, { isEnabled: 0 });
    await recordAudit(tx, ctx, { verb: 'automation:write', subjectId: ruleId, before: { versionId: before }, after: { versionId: versionId ?? null } });
  });
  return ruleId;
}

async function putInForce(ctx: TicketsContext, tx: Tx, rule: RuleRow, versionId: string): Promise<void> {
  const version = parseId('auv', versionId) ? await selectVersion(tx, versionId) : null;
  if (version?.ruleId !== rule.id) throw appError('NOT_FOUND');
  if (!(await mayAct(tx, version))) throw refuse('DRY_RUN_REQUIRED', 'versionId', { zh: '请先试运行这个版本并查看结果。', en: 'Run this version dry and look at the result first.' });
  const now = ctx.clock.now();
  await noteActivation(tx, versionId, now);
  // Timers begin here: a ticket whose time had come before is left alone.
  await updateRule(tx, rule.id, { isEnabled: 1, activeVersionId: versionId, sweptAt: version.afterMs === null ? null : now - version.afterMs, sweptId: null });
}

const mayAct = async (tx: Tx, { id, activatedAt }: VersionRow) => activatedAt !== null || (await newestDryRun(tx, id))?.state === 'DONE';
