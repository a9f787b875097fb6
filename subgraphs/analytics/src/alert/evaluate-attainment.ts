import { newId, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { rateOf, readMissed, readToday, type DayAttainment, type SlaSubject } from '../sla/index.ts';
import type { AlertRow, LimitsRow, Occasion } from './alert.tables.ts';
import { addAlertEvent, alertThatIsOn, clearAlert, insertAlert } from './alerts.store.ts';
import { ALERT_CHANNEL } from './alert-stream.ts';
import { showAttainment } from './attainment-gauge.ts';
import { ATTAINMENT_WARNINGS, judgeAttainment } from './attainment-warning.rules.ts';
import { tellEverybody } from './deliver-alerts.ts';
import { newestLimits } from './limits.store.ts';

const NAMED_MAX = 100;

/**
 * Looks at the local day's attainment, of tickets and of conversations: raises the warning of each once when it falls below the limit,
 * and takes it back once it is well above or the day is over. Of two workers that look at the same moment one raises it.
 */
export async function evaluateAttainment(ctx: AnalyticsContext, now: Instant): Promise<void> {
  const limits = await newestLimits(ctx.db);
  for (const subject of ['TICKET', 'CONVERSATION'] as const) await evaluate(ctx, subject, limits, now);
}

async function evaluate(ctx: AnalyticsContext, subject: SlaSubject, limits: LimitsRow, now: Instant): Promise<void> {
  const today = await readToday(ctx, subject, now);
  showAttainment(subject, today);
  const on = await alertThatIsOn(ctx.db, ATTAINMENT_WARNINGS[subject]);
  const verdict = judgeAttainment(today, on?.facts.day ?? null, limits);
  if (verdict?.kind === 'RAISE') await raise(ctx, subject, today, limits, now);
  if (verdict?.kind === 'CLEAR') await clear(ctx, on!, { because: verdict.because, metCount: today.metCount, breachedCount: today.breachedCount }, now);
}

async function raise(ctx: AnalyticsContext, subject: SlaSubject, today: DayAttainment, limits: LimitsRow, now: Instant): Promise<void> {
  const missedIds = await readMissed(ctx, subject, today.day, NAMED_MAX);
  const { day, metCount, breachedCount } = today;
  const id = newId('alt');
  await ctx.db.transaction(async (tx) => {
    const isOurs = await insertAlert(tx, {
      id, kind: 'WARNING', name: ATTAINMENT_WARNINGS[subject], facts: { day, metCount, breachedCount, cleared: null }, value: rateOf(today)!, threshold: limits.thresholdPerMille / 1_000,
      ticketIds: subject === 'TICKET' ? missedIds : [], conversationIds: subject === 'CONVERSATION' ? missedIds : [], raisedAt: now,
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
