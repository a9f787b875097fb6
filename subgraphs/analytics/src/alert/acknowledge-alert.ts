import { recordAudit } from '@careline/kit/audit';
import { parseId } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { AnalyticsContext } from '../context.ts';
import { ALERT_CHANNEL } from './alert-stream.ts';
import type { AlertRow } from './alert.tables.ts';
import { addAlertEvent, lockAlert, noteAcknowledged } from './alerts.store.ts';

/**
 * Notes that the caller looks after a warning; it stays on until its cause is gone. A warning speaks of the whole organisation, so whoever
 * holds the permission in any scope may. The first one stays: a second agent is refused ALREADY_ASSIGNED, and one that is off WRONG_STATE.
 */
export async function acknowledgeAlert(ctx: AnalyticsContext, alertId: string): Promise<AlertRow> {
  ctx.viewer.require('alert:write');
  const { agentId } = ctx.viewer;
  if (!agentId) throw refuse('NOT_ALLOWED', null, { zh: '只有客服人员可以认领预警。', en: 'Only a person who works here can look after a warning.' });
  const now = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const alert = parseId('alt', alertId) ? await lockAlert(tx, alertId) : null;
    if (!alert) throw refuse('NOT_FOUND', 'alertId', { zh: '预警不存在。', en: 'There is no such warning.' });
    if (alert.acknowledgedBy === agentId) return alert;
    if (alert.acknowledgedBy) throw refuse('ALREADY_ASSIGNED', 'alertId', { zh: '已有同事认领。', en: 'A colleague looks after it already.' }, { alert });
    if (alert.clearedAt !== null) throw refuse('WRONG_STATE', 'alertId', { zh: '预警已解除。', en: 'The warning is off already.' }, { alert });
    await noteAcknowledged(tx, alertId, agentId, now);
    await recordAudit(tx, ctx, { verb: 'alert:write', subjectId: alertId, after: { acknowledgedBy: agentId } });
    const seq = await addAlertEvent(tx, alertId, now);
    tx.afterCommit(() => ctx.live.publish(ALERT_CHANNEL, { seq }));
    return { ...alert, acknowledgedBy: agentId, acknowledgedAt: now };
  });
}
