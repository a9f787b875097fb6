import { DAY, type Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { forgetOld } from './alerts.store.ts';

const EVENTS_FOR_MS = 7 * DAY;
const DELIVERIES_FOR_MS = 30 * DAY;

/** Forgets changes that no stream will resume from, and messages that ended long ago; the warnings themselves stay. */
export async function forgetDeliveries({ db }: AnalyticsContext, now: Instant): Promise<void> {
  await forgetOld(db, now - EVENTS_FOR_MS, now - DELIVERIES_FOR_MS);
}
