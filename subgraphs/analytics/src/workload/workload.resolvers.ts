import { parsePage, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { AnalyticsContext } from '../context.ts';
import { keyOf, type DayRow } from './conversation-days.rules.ts';
import { readConversationDays, type ConversationDaysAsk } from './read-conversation-days.ts';
import { readWorkload } from './read-workload.ts';

type Ctx = AnalyticsContext;
type DaysArgs = PageArgs & Pick<ConversationDaysAsk, 'range' | 'groupBy'> & { agentIds?: string[] | null; asOf?: number | null };

const COUNT_MAX = 10_000;

const Query = {
  async conversationDays(_: unknown, args: DaysArgs, ctx: Ctx) {
    const page = parsePage(args, ['key']);
    const groupBy = [...new Set(args.groupBy)];
    const rows = await readConversationDays(ctx, { range: args.range, groupBy, agentIds: args.agentIds ?? null, asOf: args.asOf ?? null });
    const ordered = page.isBackward ? rows.toReversed() : rows;
    const key = page.cursor?.key;
    const isAfter = (row: DayRow) => key == null || (page.isBackward ? keyOf(row, groupBy) < String(key) : keyOf(row, groupBy) > String(key));
    const found = ordered.filter(isAfter).slice(0, page.limit + 1);
    return toConnection(found, page, (row) => ({ key: keyOf(row, groupBy) }), Math.min(rows.length, COUNT_MAX));
  },
};

const ConversationDay = {
  agent: (row: DayRow) => (row.agentId ? { __typename: 'Agent', id: row.agentId } : null),
  startedCount: (row: DayRow) => row.started,
  closedCount: (row: DayRow) => row.closed,
  botClosedCount: (row: DayRow) => row.botClosed,
  customerMessageCount: (row: DayRow) => row.customerMessages,
  agentMessageCount: (row: DayRow) => row.agentMessages,
  botMessageCount: (row: DayRow) => row.botMessages,
  waitSecondsMean: (row: DayRow) => (row.waits > 0 ? Math.round(row.waitSeconds / row.waits) : null),
  ratingMean: (row: DayRow) => (row.ratings > 0 ? row.ratingSum / row.ratings : null),
  ratingCount: (row: DayRow) => row.ratings,
};

const Agent = {
  __resolveReference: ({ id }: { id: string }) => ({ id }),
  workload: ({ id }: { id: string }, _: unknown, ctx: Ctx) => readWorkload(ctx, id),
};

export const workloadResolvers = { Query, ConversationDay, Agent };
