import type { Words } from '@careline/kit/errors';
import { reaches, type AttainmentLimits } from '@careline/schema/attainment';
import type { DayAttainment } from '../sla/index.ts';
import type { AlertRow, AttainmentFacts } from './alert.tables.ts';

export const ATTAINMENT_WARNING = 'attainment_below_95';

const countOf = ({ metCount, breachedCount }: Pick<DayAttainment, 'metCount' | 'breachedCount'>) => metCount + breachedCount;

export type Verdict = { kind: 'RAISE' } | { kind: 'CLEAR'; because: 'RECOVERED' | 'DAY_OVER' } | null;

/** What follows from the day's numbers under these limits, given the day of the warning that is on; null: nothing changes. */
export function judgeAttainment(today: DayAttainment, onFor: string | null, { thresholdPerMille, rearmPerMille, sampleMin }: AttainmentLimits): Verdict {
  const isReached = (perMille: number) => reaches(today.metCount, countOf(today), perMille);
  if (onFor === null) return countOf(today) >= sampleMin && !isReached(thresholdPerMille) ? { kind: 'RAISE' } : null;
  if (onFor !== today.day) return { kind: 'CLEAR', because: 'DAY_OVER' };
  return isReached(rearmPerMille) ? { kind: 'CLEAR', because: 'RECOVERED' } : null;
}

/** One decimal, never rounded up to the limit: 94.96 % is not 95.0 %. */
const percent = (day: Pick<AttainmentFacts, 'metCount' | 'breachedCount'>) => (Math.floor((day.metCount * 1_000) / Math.max(1, countOf(day))) / 10).toFixed(1);

/** The warning in one sentence with its numbers. */
export function wordsOfWarning({ facts, threshold }: Pick<AlertRow, 'facts' | 'threshold'>): Words {
  const limit = (threshold * 100).toFixed(1);
  const { day, metCount, breachedCount } = facts;
  const count = countOf(facts);
  return {
    zh: `${day} 首次响应达标率 ${percent(facts)}%，低于 ${limit}%：已结束 ${count} 个，达标 ${metCount} 个，超时 ${breachedCount} 个。`,
    en: `First-response attainment of ${day} is ${percent(facts)}%, below ${limit}%: ${count} ended, ${metCount} met, ${breachedCount} missed.`,
  };
}

/** Why it went off, in one sentence; null while it is on. */
export function wordsOfClearing({ facts }: Pick<AlertRow, 'facts'>): Words | null {
  const { cleared, day } = facts;
  if (!cleared) return null;
  if (cleared.because === 'DAY_OVER') return { zh: `${day} 已结束，预警随之解除。`, en: `${day} is over, and with it the warning.` };
  return { zh: `达标率已回到 ${percent(cleared)}%，预警解除。`, en: `Attainment is back at ${percent(cleared)}%; the warning is off.` };
}
