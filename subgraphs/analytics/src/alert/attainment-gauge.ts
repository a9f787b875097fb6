import { gauge } from '@careline/kit/observe';
import { MINUTE } from '@careline/kit/time';
import { rateOf, type DayAttainment, type SlaSubject } from '../sla/index.ts';

/** Another worker looks now: what this one saw last must not be shown beside it for ever. */
const forgetStale = (one: { reset(): void }) => {
  if (performance.now() - lookedAt > MINUTE) one.reset();
};
let lookedAt = -MINUTE;

const share = gauge('careline_sla_attainment_ratio', 'Met ÷ (met + breached) of SLA clocks that ended on the local day; absent while none ended.', ['target', 'subject'], forgetStale);
const sample = gauge('careline_sla_attainment_sample', 'How many SLA clocks ended on the local day.', ['target', 'subject'], forgetStale);

/** Shows the day's attainment of tickets, or of conversations, on `/metrics`. */
export function showAttainment(subject: SlaSubject, today: DayAttainment): void {
  const labels = { target: 'FIRST_RESPONSE', subject };
  lookedAt = performance.now();
  sample.set(labels, today.metCount + today.breachedCount);
  const rate = rateOf(today);
  if (rate === null) share.remove(labels);
  else share.set(labels, rate);
}
