import { newId, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { rateOf, readMissed, readToday, type DayAttainment } from '../sla/index.ts';
import type { AlertRow, LimitsRow, Occasion } from './alert.tables.ts';
import { addAlertEvent, alertThatIsOn, clearAlert, insertAlert } from './alerts.store.ts';
import { ALERT_CHANNEL } from './alert-stream.ts';
import { showAttainment } from './attainment-gauge.ts';
import { ATTAINMENT_WARNING, judgeAttainment } from './attainment-warning.rules.ts';
import { tellEverybody } from './deliver-alerts.ts';
import { newestLimits } from './limits.store.ts';

const TICKETS_MAX = 100;

/**
 * Looks at the local day's attainment: raises the warning once when it falls below the limit, and takes it back once it is
 * well above or the day is over. Of two workers that look at the same moment one raises it.
 */
export async function evaluateAttainment(ctx: AnalyticsContext, now: Instant): Promise<void> {
  const today = await readToday(ctx, 'TICKET', now);
  showAttainment(today);
  const limits = await newestLimits(ctx.db);
  const on = await alertThatIsOn(ctx.db, ATTAINMENT_WARNING);
  const verdict = judgeAttainment(today, on?.facts.day ?? null, limits);
  if (verdict?.kind === 'RAISE') await raise(ctx, today, limits, now);
  if (verdict?.kind === 'CLEAR') await clear(ctx, on!, { because: verdict.because, metCount: today.metCount, breachedCount: today.breachedCount }, now);
}

async function raise(ctx: AnalyticsContext, today: DayAttainment, limits: LimitsRow, now: Instant): Promise<void> {
  const ticketIds = await readMissed(ctx, 'TICKET', today.day, TICKETS_MAX);
  const { day, metCount, breachedCount } = today;
  const id = newId('alt');
  await ctx.db.transaction(async (tx) => {
    const isOurs = await insertAlert(tx, {
      id, kind: 'WARNING', name: ATTAINMENT_WARNING, facts: { day, metCount, breachedCount, cleared: null }, value: rateOf(today)!, threshold: limits.thresholdPerMille / 1_000, ticketIds, raisedAt: now,
    });
    if (isOurs) await announce(ctx, tx, { alertId: id, occasion: 'RAISED' }, now);
  });
}

async function clear(ctx: AnalyticsContext, on: AlertRow, cleared: NonNullable<AlertRow['facts']['cleared']>, now: Instant): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    if (await clearAlert(tx, on.id, { ...on.facts, cleared }, now)) await announce(ctx, tx, { alertId: on.id, occasion: 'CLEARED' }, now);
  });
}

async function announce(ctx: AnalyticsContext, tx: Tx, told: { alertId: string; occasion: Occasion }, now: Instant): Promise<void> {
  await tellEverybody(tx, told, now);
  const seq = await addAlertEvent(tx, told.alertId, now);
  tx.afterCommit(() => ctx.live.publish(ALERT_CHANNEL, { seq }));
}
