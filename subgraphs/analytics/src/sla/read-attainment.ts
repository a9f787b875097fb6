import { recordAudit } from '@careline/kit/audit';
import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { Page } from '@careline/kit/graphql';
import { addDays, dayStart, localDay, type Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { daySpans, type DateRange } from '../day-range.rules.ts';
import { addUpAttainment, type AttainmentRow, type SlaDimension } from './attainment.rules.ts';
import { sumAttainment } from './attainment.store.ts';
import { countClockFacts, countEndedWithin, listClockFacts, missedSubjects, presentFacts, type FactFilter, type FactReach } from './clock-facts.store.ts';
import type { ClockFactRow, SlaSubject } from './sla.tables.ts';

const PERIODS: readonly SlaDimension[] = ['DAY', 'WEEK', 'MONTH'];

function reachOf(ctx: AnalyticsContext, permission: string): FactReach {
  const scope = ctx.viewer.require(permission);
  if (scope === 'ALL') return null;
  const { queueIds, teamIds } = scope === 'TEAM' ? ctx.viewer.identity! : { queueIds: [], teamIds: [] };
  return { agentId: ctx.viewer.agentId, queueIds, teamIds };
}

/** Ids that name nothing match nothing. */
const cleaned = (filter: FactFilter): FactFilter => ({ ...filter, ...(filter.teamIds ? { teamIds: filter.teamIds.filter((id) => parseId('tem', id)) } : {}) });

/** Attainment of local days within the caller's scope, split as asked. Throws BAD_USER_INPUT for more than one of day, week and month. */
export async function readAttainment(ctx: AnalyticsContext, ask: { range: DateRange; groupBy: readonly SlaDimension[]; filter: FactFilter; asOf: Instant | null }): Promise<AttainmentRow[]> {
  const reach = reachOf(ctx, 'analytics:read');
  if (ask.groupBy.filter((dimension) => PERIODS.includes(dimension)).length > 1) {
    throw appError('BAD_USER_INPUT', { words: { zh: '日、周、月只能选择一个。', en: 'Choose one of day, week and month.' } });
  }
  const spans = daySpans(ask.range, ctx.timeZone);
  return addUpAttainment(await sumAttainment(ctx.db, { spans, groupBy: ask.groupBy, filter: cleaned(ask.filter), reach, asOf: ask.asOf }), ask.groupBy);
}

/** Rows of clocks that ended, in the order of their versions. Pulling them leaves an audit entry. */
export async function readClockFacts(
  ctx: AnalyticsContext, ask: { afterVersion: number; filter: FactFilter; isCounted: boolean }, page: Page<'rowVersion'>,
): Promise<{ rows: ClockFactRow[]; totalCount: number | null }> {
  const where = presentFacts(cleaned(ask.filter), reachOf(ctx, 'analytics:export'));
  await ctx.db.transaction((tx) => recordAudit(tx, ctx, { verb: 'analytics:export', subjectId: null, after: { table: 'sla_clock_facts', afterRowVersion: ask.afterVersion } }));
  return { rows: await listClockFacts(ctx.db, where, ask.afterVersion, page), totalCount: ask.isCounted ? await countClockFacts(ctx.db, where, ask.afterVersion) : null };
}

/** The local day of an instant and what became of its first responses in tickets, or in conversations, so far. */
export interface DayAttainment {
  day: string;
  metCount: number;
  breachedCount: number;
}

/** 当日响应达标率 in counts: the same clocks as on the SLA board. */
export async function readToday({ db, timeZone }: Pick<AnalyticsContext, 'db' | 'timeZone'>, subject: SlaSubject, now: Instant): Promise<DayAttainment> {
  const day = localDay(now, timeZone);
  return { day, ...(await countEndedWithin(db, subject, dayStart(day, timeZone), dayStart(addDays(day, 1), timeZone))) };
}

/** Ids of the tickets, or conversations, of a day whose first response came late, the latest first. */
export async function readMissed({ db, timeZone }: Pick<AnalyticsContext, 'db' | 'timeZone'>, subject: SlaSubject, day: string, limit: number): Promise<string[]> {
  return missedSubjects(db, subject, dayStart(day, timeZone), dayStart(addDays(day, 1), timeZone), limit);
}
