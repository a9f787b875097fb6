import type { TicketsContext } from '../context.ts';
import { parseId } from '@careline/kit/db';
import type { ClockView } from '../sla/index.ts';
import { reachOf } from '../reach.rules.ts';

/** The clocks of a conversation, the next to run out first; null for who may not see what only staff sees of it. */
export async function readConversationClocks(ctx: TicketsContext, conversationId: string): Promise<ClockView[] | null> {
  if (!ctx.viewer.scopeOf('conversation:inspect') || !parseId('cnv', conversationId)) return null;
  const reach = reachOf(ctx.viewer, 'conversation:inspect');
  const clocks = await ctx.loaders.clocksOfConversation.load(conversationId);
  // What has no clock says nothing about whose it is.
  const isMine = ({ agentId, queueId }: ClockView) => reach === null || (agentId !== null && agentId === reach.agentId) || (queueId !== null && reach.queueIds.includes(queueId));
  return clocks.every(isMine) ? clocks : null;
}
