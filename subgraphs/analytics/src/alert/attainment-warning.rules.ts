import type { Words } from '@careline/kit/errors';
import { reaches, type AttainmentLimits } from '@careline/schema/attainment';
import type { DayAttainment, SlaSubject } from '../sla/index.ts';
import type { AlertRow, AttainmentFacts } from './alert.tables.ts';

/** A warning of its own for each: were they counted together, many good chats would hide the tickets that nobody answers. */
export const ATTAINMENT_WARNINGS: Readonly<Record<SlaSubject, string>> = { TICKET: 'attainment_below_95', CONVERSATION: 'conversation_attainment_below_95' };

const NAMES: Readonly<Record<SlaSubject, Words>> = { TICKET: { zh: '工单', en: 'tickets' }, CONVERSATION: { zh: '会话', en: 'conversations' } };
const nameOf = (name: string): Words => NAMES[name === ATTAINMENT_WARNINGS.CONVERSATION ? 'CONVERSATION' : 'TICKET'];

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
export function wordsOfWarning({ name, facts, threshold }: Pick<AlertRow, 'name' | 'facts' | 'threshold'>): Words {
  const of = nameOf(name);
  const limit = (threshold * 100).toFixed(1);
  const { day, metCount, breachedCount } = facts;
  const count = countOf(facts);
  return {
    zh: `${day} ${of.zh}首次响应达标率 ${percent(facts)}%，低于 ${limit}%：已结束 ${count} 个，达标 ${metCount} 个，超时 ${breachedCount} 个。`,
    en: `First-response attainment of ${of.en} on ${day} is ${percent(facts)}%, below ${limit}%: ${count} ended, ${metCount} met, ${breachedCount} missed.`,
  };
}

/** Why it went off, in one sentence; null while it is on. */
export function wordsOfClearing({ name, facts }: Pick<AlertRow, 'name' | 'facts'>): Words | null {
  const { cleared, day } = facts;
  if (!cleared) return null;
  const of = nameOf(name);
  if (cleared.because === 'DAY_OVER') return { zh: `${day} 已结束，${of.zh}达标率预警随之解除。`, en: `${day} is over, and with it the warning about ${of.en}.` };
  return { zh: `${of.zh}达标率已回到 ${percent(cleared)}%，预警解除。`, en: `Attainment of ${of.en} is back at ${percent(cleared)}%; the warning is off.` };
}
