import { appError } from '@careline/kit/errors';
import { addDays, dayStart, HOUR, localDay } from '@careline/kit/time';
import { reaches } from '@careline/schema/attainment';
import type { TicketsContext } from '../context.ts';
import { reachOf } from '../reach.rules.ts';
import { knownLimits } from './attainment-limits.store.ts';
import { countBoard, countBuckets, endedFirstResponses, nextDueClocks, type BoardCounts } from './clock.store.ts';
import type { SlaSubject } from './policy.types.ts';
import type { ClockView } from './clock-view.ts';
import { viewClocks } from './sla.loaders.ts';

const NEXT_DUE = 20;
/** Upper bounds of the spans of time left, in minutes; the last is open ended. */
const BUCKETS = [15, 60, 240, 480, 1_440];

export interface DayAttainment {
  metCount: number;
  breachedCount: number;
  rate: number | null;
  isWarning: boolean;
  threshold: number;
  sampleMin: number;
  hourly: (number | null)[];
}

export interface Board {
  at: number;
  rows: (Omit<BoardCounts, 'priority'> & { priority: 0 | 1 | 2 })[];
  attainment: DayAttainment;
  conversationAttainment: DayAttainment;
  histogram: { fromMinutes: number | null; toMinutes: number | null; count: number }[];
  nextDue: ClockView[];
}

/** Position of a board: quarters of a second since 2026, which fit an Int until 2043. */
export const boardSeq = (at: number): number => Math.floor((at - Date.UTC(2026, 0, 1)) / 250);

/** The live board as it is now: every number counts clocks that have not ended, those of the day's attainment aside. */
export async function readBoard(ctx: TicketsContext, teamIds: readonly string[] | null): Promise<Board> {
  if ((teamIds?.length ?? 0) > 100) throw appError('BAD_USER_INPUT', { words: { zh: '最多 100 个客服组。', en: 'At most 100 teams.' } });
  const who = { scope: reachOf(ctx.viewer, 'sla:watch'), teamIds };
  const now = ctx.clock.now();
  const [counts, buckets, next, attainment, conversationAttainment] = await Promise.all([
    countBoard(ctx.db, now, who), countBuckets(ctx.db, now, BUCKETS, who), nextDueClocks(ctx.db, now, NEXT_DUE, who), readAttainment(ctx, 'TICKET', now, who), readAttainment(ctx, 'CONVERSATION', now, who),
  ]);
  const none = { running: 0, atRisk: 0, paused: 0, breached: 0 };
  return {
    at: now, attainment, conversationAttainment, nextDue: await viewClocks(ctx.db, next, now),
    rows: ([0, 1, 2] as const).map((priority) => ({ ...none, ...counts.find((row) => row.priority === priority), priority })),
    histogram: buckets.map((count, index) => ({ fromMinutes: index === 0 ? null : (BUCKETS[index - 2] ?? 0), toMinutes: index === 0 ? 0 : (BUCKETS[index - 1] ?? null), count })),
  };
}

async function readAttainment(ctx: TicketsContext, subject: SlaSubject, now: number, who: Parameters<typeof endedFirstResponses>[3]): Promise<DayAttainment> {
  const today = localDay(now, ctx.timeZone);
  const from = dayStart(today, ctx.timeZone);
  const { thresholdPerMille, sampleMin } = await knownLimits(ctx.db);
  const ended = await endedFirstResponses(ctx.db, subject, { from, to: dayStart(addDays(today, 1), ctx.timeZone) }, who);
  const metCount = ended.reduce((sum, { met }) => sum + met, 0);
  const breachedCount = ended.reduce((sum, { breached }) => sum + breached, 0);
  const count = metCount + breachedCount;
  const hours = Math.floor((now - from) / HOUR) + 1;
  return {
    metCount, breachedCount, rate: count > 0 ? metCount / count : null, isWarning: count >= sampleMin && !reaches(metCount, count, thresholdPerMille), threshold: thresholdPerMille / 1_000, sampleMin,
    hourly: Array.from({ length: hours }, (_, hour) => rateUpTo(ended, hour)),
  };
}

/** Rate at the end of an hour of the day; null while none had ended. */
function rateUpTo(ended: readonly { hour: number; met: number; breached: number }[], hour: number): number | null {
  const upTo = ended.filter((one) => one.hour <= hour);
  const met = upTo.reduce((sum, one) => sum + one.met, 0);
  const all = met + upTo.reduce((sum, one) => sum + one.breached, 0);
  return all > 0 ? met / all : null;
}
