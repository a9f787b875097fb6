import { appError } from '@careline/kit/errors';
import { fieldsOf, parsePage, toConnection, type PageArgs } from '@careline/kit/graphql';
import { SECOND } from '@careline/kit/time';
import type { GraphQLResolveInfo } from 'graphql';
import type { AnalyticsContext } from '../context.ts';
import type { DateRange } from '../day-range.rules.ts';
import { placeOf, rateOf, type AttainmentRow, type SlaDimension } from './attainment.rules.ts';
import type { FactFilter } from './clock-facts.store.ts';
import { METRICS } from './metrics.ts';
import { readAttainment, readClockFacts } from './read-attainment.ts';
import type { ClockFactRow, SlaSubject } from './sla.tables.ts';

type Ctx = AnalyticsContext;
type AttainmentArgs = PageArgs & { range: DateRange; groupBy: SlaDimension[]; filter?: FactFilter | null; asOf?: number | null };

const COUNT_MAX = 10_000;
const wholeSeconds = (ms: number) => Math.floor(ms / SECOND);

function versionOf(text: string | null | undefined): number {
  if (text == null) return 0;
  const version = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw appError('BAD_USER_INPUT', { words: { zh: 'afterRowVersion 须为某一行的 rowVersion。', en: '`afterRowVersion` is the rowVersion of a row.' } });
  return version;
}

const Query = {
  async slaAttainment(_: unknown, args: AttainmentArgs, ctx: Ctx) {
    const page = parsePage(args, ['key']);
    const groupBy = [...new Set(args.groupBy)];
    const rows = await readAttainment(ctx, { range: args.range, groupBy, filter: args.filter ?? {}, asOf: args.asOf ?? null });
    const key = page.cursor?.key;
    const isAfter = (row: AttainmentRow) => key == null || (page.isBackward ? placeOf(row, groupBy) < String(key) : placeOf(row, groupBy) > String(key));
    const found = (page.isBackward ? rows.toReversed() : rows).filter(isAfter).slice(0, page.limit + 1);
    return toConnection(found, page, (row) => ({ key: placeOf(row, groupBy) }), Math.min(rows.length, COUNT_MAX));
  },
  async slaClockFacts(_: unknown, args: PageArgs & { afterRowVersion?: string | null; filter?: FactFilter | null }, ctx: Ctx, info: GraphQLResolveInfo) {
    const page = parsePage(args, ['rowVersion']);
    const { rows, totalCount } = await readClockFacts(ctx, { afterVersion: versionOf(args.afterRowVersion), filter: args.filter ?? {}, isCounted: fieldsOf(info).has('totalCount') }, page);
    return toConnection(rows, page, ({ rowVersion }) => ({ rowVersion }), totalCount);
  },
  metrics(_: unknown, __: unknown, ctx: Ctx) {
    ctx.viewer.requireAll('analytics:read');
    return METRICS;
  },
};

const SlaAttainmentRow = {
  team: ({ teamId }: AttainmentRow) => (teamId ? { __typename: 'Team', id: teamId } : null),
  rate: rateOf,
  usedSecondsMean: (row: AttainmentRow) => (rateOf(row) === null ? null : wholeSeconds(row.usedMs / (row.metCount + row.breachedCount))),
};

const SlaClockFact = {
  subject: ({ ticketId }: ClockFactRow): SlaSubject => (ticketId === null ? 'CONVERSATION' : 'TICKET'),
  rowVersion: (row: ClockFactRow) => String(row.rowVersion),
  budgetSeconds: (row: ClockFactRow) => wholeSeconds(row.budgetMs),
  usedSeconds: (row: ClockFactRow) => wholeSeconds(row.usedMs),
  pausedSeconds: (row: ClockFactRow) => wholeSeconds(row.pausedMs),
};

export const slaResolvers = { Query, SlaAttainmentRow, SlaClockFact };
