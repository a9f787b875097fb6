import { parseId } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { daySpans, type DateRange } from '../day-range.rules.ts';
import { addUp, type DayRow, type Dimension } from './conversation-days.rules.ts';
import { sumConversations, sumMessages, sumWaits } from './conversation-days.store.ts';

export interface ConversationDaysAsk {
  range: DateRange;
  groupBy: readonly Dimension[];
  agentIds: readonly string[] | null;
  asOf: Instant | null;
}

/**
 * Conversations and messages of local days, split as asked, within the caller's scope.
 * Throws UNAVAILABLE when teams are asked for while nobody can tell who belongs to them.
 */
export async function readConversationDays(ctx: AnalyticsContext, ask: ConversationDaysAsk): Promise<DayRow[]> {
  const granted = ctx.viewer.require('analytics:read');
  const has = (dimension: Dimension) => ask.groupBy.includes(dimension);
  const teams = has('TEAM') ? await ctx.teamDirectory.teams() : null;
  const sumsAsk = {
    spans: daySpans(ask.range, ctx.timeZone),
    split: { isByDay: has('DAY'), isByAgent: has('AGENT') || has('TEAM'), isByQueue: has('QUEUE'), isByChannel: has('CHANNEL') },
    agentIds: ask.agentIds && ask.agentIds.filter((id) => parseId('agt', id)),
    scope: granted === 'ALL' ? null : { agentId: ctx.viewer.agentId, queueIds: granted === 'TEAM' ? ctx.viewer.identity!.queueIds : [] },
    asOf: ask.asOf,
  };
  const parts = (await Promise.all([sumConversations(ctx.db, sumsAsk), sumWaits(ctx.db, sumsAsk), sumMessages(ctx.db, sumsAsk)])).flat();
  const placed = teams ? parts.map((part) => ({ ...part, teamId: (part.agentId && teams.get(part.agentId)?.[0]) ?? null })) : parts;
  return addUp(placed, ask.groupBy);
}
