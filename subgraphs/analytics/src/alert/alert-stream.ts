import { coalesced, LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import type { AlertRow } from './alert.tables.ts';
import { alertsById, alertsThatAreOn, changedAfter, lastAlertSeq } from './alerts.store.ts';

export const ALERT_CHANNEL = 'alerts';
const HEARTBEAT_MS = 15 * SECOND;
const PAGE = 100;

export type AlertEvent = { seq: number; at: number } & ({ __typename: 'AlertChanged'; alert: AlertRow } | { __typename: 'AlertHeartbeat' });

/**
 * Warnings as they come on, go off or are acknowledged, after `afterSeq`; from null on first those that are on. Each comes as it is now,
 * once for all that happened to it since. Hints only say that there is something to read, the table says what.
 */
export async function watchAlerts(ctx: AnalyticsContext, afterSeq: number | null): Promise<LiveStream<AlertEvent>> {
  ctx.viewer.requireAll('alert:read');
  const last = await lastAlertSeq(ctx.db);
  // A position from before a restored backup must not wait for numbers that come again.
  let position = afterSeq === null || afterSeq > last ? last : Math.max(0, afterSeq);
  const read = coalesced(async () => {
    if (stream.isClosed) return;
    for (let isMore = true; isMore && !stream.isClosed;) {
      const changed = await changedAfter(ctx.db, position, PAGE);
      const rows = await alertsById(ctx.db, changed.map(({ alertId }) => alertId));
      for (const { alertId, seq } of changed) {
        stream.push({ __typename: 'AlertChanged', seq, at: ctx.clock.now(), alert: rows.get(alertId)! });
        position = seq;
      }
      isMore = changed.length === PAGE;
    }
  });
  const nudge = () => void read().catch((error: unknown) => stream.close(error));
  const detach = ctx.live.subscribe(ALERT_CHANNEL, nudge);
  // The look at the table with each beat finds what a lost hint left behind.
  const beats = setInterval(() => {
    nudge();
    stream.push({ __typename: 'AlertHeartbeat', seq: position, at: ctx.clock.now() });
  }, HEARTBEAT_MS);
  const stream = new LiveStream<AlertEvent>(() => {
    detach();
    clearInterval(beats);
  });
  if (afterSeq === null) for (const alert of await alertsThatAreOn(ctx.db)) stream.push({ __typename: 'AlertChanged', seq: position, at: ctx.clock.now(), alert });
  nudge();
  return stream;
}
