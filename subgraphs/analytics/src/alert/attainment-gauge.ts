import { gauge } from '@careline/kit/observe';
import { MINUTE } from '@careline/kit/time';
import { rateOf, type DayAttainment } from '../sla/index.ts';

const LABELS = { target: 'FIRST_RESPONSE' };

/** Another worker looks now: what this one saw last must not be shown beside it for ever. */
const forgetStale = (one: { reset(): void }) => {
  if (performance.now() - lookedAt > MINUTE) one.reset();
};
let lookedAt = -MINUTE;

const share = gauge('careline_sla_attainment_ratio', 'Met ÷ (met + breached) of SLA clocks that ended on the local day; absent while none ended.', ['target'], forgetStale);
const sample = gauge('careline_sla_attainment_sample', 'How many SLA clocks ended on the local day.', ['target'], forgetStale);

/** Shows the day's attainment on `/metrics`. */
export function showAttainment(today: DayAttainment): void {
  lookedAt = performance.now();
  sample.set(LABELS, today.metCount + today.breachedCount);
  const rate = rateOf(today);
  if (rate === null) share.remove(LABELS);
  else share.set(LABELS, rate);
}
