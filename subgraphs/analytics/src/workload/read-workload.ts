import { idToBinary, parseId, toSqlInstant, type Queryable } from '@careline/kit/db';
import { SECOND, type Instant } from '@careline/kit/time';
import type { AnalyticsContext } from '../context.ts';
import { addDays, dayStart, localDay } from '@careline/kit/time';
import type { Teams } from './directory.ts';
import { FOREVER } from '../row-version.store.ts';
import { readProgress } from './facts.store.ts';

export interface AgentWorkload {
  conversationCount: number;
  messageCount: number;
  firstResponseSecondsMean: number | null;
  ratingMean: number | null;
  teamConversationMean: number | null;
  completeUntil: Instant;
}

/**
 * An agent's numbers of today. Null for who may not see them: agents see their own, supervisors those of
 * their teams. Who belongs to a team is asked of conversations; without an answer only own numbers are given.
 */
export async function readWorkload(ctx: AnalyticsContext, agentId: string): Promise<AgentWorkload | null> {
  if (!parseId('agt', agentId)) return null;
  const teams = await ctx.teamDirectory.teams().catch(() => null);
  if (!ctx.viewer.covers('analytics:read', { agentIds: [agentId], teamIds: teams?.get(agentId) ?? [] })) return null;
  const today = localDay(ctx.clock.now(), ctx.timeZone);
  const span: Span = { start: dayStart(today, ctx.timeZone), end: dayStart(addDays(today, 1), ctx.timeZone) };
  const mates = matesOf(agentId, teams);
  const [counts, own, completeUntil] = await Promise.all([
    countConversations(ctx.db, mates.includes(agentId) ? mates : [agentId], span), readOwn(ctx.db, agentId, span), readProgress(ctx.db),
  ]);
  const total = mates.reduce((sum, mate) => sum + (counts.get(mate) ?? 0), 0);
  return {
    conversationCount: counts.get(agentId) ?? 0, ...own,
    teamConversationMean: mates.length > 0 ? total / mates.length : null,
    // Events of different conversations are taken in side by side: the newest heard may be a moment ahead of the others.
    completeUntil: completeUntil === null ? span.start : completeUntil - SECOND,
  };
}

interface Span {
  start: Instant;
  end: Instant;
}

function matesOf(agentId: string, teams: Teams | null): string[] {
  const team = teams?.get(agentId)?.[0];
  return team ? [...teams!].flatMap(([id, of]) => (of.includes(team) ? [id] : [])) : [];
}

const COUNT = `/* countConversations */ SELECT HEX(agent_id) AS agent, COUNT(DISTINCT conversation_id) AS count FROM (
    SELECT agent_id, conversation_id FROM assignment_facts WHERE agent_id IN (?) AND assigned_at >= ? AND assigned_at < ?
    UNION SELECT agent_id, conversation_id FROM conversation_facts WHERE agent_id IN (?) AND known_until = ? AND (closed_at IS NULL OR closed_at >= ?)
  ) owned GROUP BY agent_id`;

/** Conversations each agent owned at some moment of the day: given to it then, or its own and not closed before. */
async function countConversations(q: Queryable, agentIds: readonly string[], { start, end }: Span): Promise<Map<string, number>> {
  const keys = agentIds.map(idToBinary);
  const rows = await q.query<{ agent: string; count: number }>(COUNT, [keys, toSqlInstant(start), toSqlInstant(end), keys, toSqlInstant(FOREVER), toSqlInstant(start)]);
  const byKey = new Map(rows.map((row) => [row.agent, Number(row.count)]));
  return new Map(agentIds.map((id) => [id, byKey.get(idToBinary(id).toString('hex').toUpperCase()) ?? 0]));
}

const OWN = `/* readOwn */ SELECT
    (SELECT COUNT(*) FROM message_facts WHERE agent_id = ? AND sent_at >= ? AND sent_at < ? AND visibility = 'PUBLIC') AS messages,
    (SELECT AVG(TIMESTAMPDIFF(MICROSECOND, started_at, replied_at)) / 1000000 FROM conversation_facts
      WHERE replied_agent_id = ? AND replied_at >= ? AND replied_at < ? AND known_until = ?) AS reply,
    (SELECT AVG(rating) FROM conversation_facts WHERE rated_agent_id = ? AND rated_at >= ? AND rated_at < ? AND known_until = ?) AS rating`;

async function readOwn(q: Queryable, agentId: string, { start, end }: Span): Promise<Pick<AgentWorkload, 'messageCount' | 'firstResponseSecondsMean' | 'ratingMean'>> {
  const day = [idToBinary(agentId), toSqlInstant(start), toSqlInstant(end)];
  const [row] = await q.query<{ messages: number; reply: number | null; rating: number | null }>(OWN, [...day, ...day, toSqlInstant(FOREVER), ...day, toSqlInstant(FOREVER)]);
  return {
    messageCount: Number(row!.messages),
    firstResponseSecondsMean: row!.reply === null ? null : Math.round(Number(row!.reply)),
    ratingMean: row!.rating === null ? null : Number(row!.rating),
  };
}
