import { HOUR, SECOND, type Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { deliverAlerts } from './deliver-alerts.ts';
import { evaluateAttainment } from './evaluate-attainment.ts';
import { forgetDeliveries } from './forget-deliveries.ts';

/** Repeated work of this module; `system` gives a context in which the system itself acts. */
export function alertJobs(system: () => AnalyticsContext) {
  return [
    { name: 'evaluate-attainment', everyMs: 5 * SECOND, run: (now: Instant) => evaluateAttainment(system(), now) },
    { name: 'deliver-alerts', everyMs: SECOND, run: () => deliverAlerts(system()) },
    { name: 'forget-alert-deliveries', everyMs: HOUR, run: (now: Instant) => forgetDeliveries(system(), now) },
  ];
}
