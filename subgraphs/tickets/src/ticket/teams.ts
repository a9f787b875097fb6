import { appError } from '@careline/kit/errors';
import type { Services } from '@careline/kit/services';
import type { TicketsContext } from '../context.ts';

/** Ids of teams by the key that policies name them by. */
export type TeamIds = ReadonlyMap<string, string>;

const KEPT_MS = 30_000;
const kept = new WeakMap<Services, { at: number; teams: TeamIds }>();

interface Answer {
  teams: { nodes: { id: string; key: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

async function askTeams(services: Services): Promise<TeamIds> {
  const teams = new Map<string, string>();
  for (let after: string | null = null, isMore = true; isMore;) {
    const answer: Answer = await services.query<Answer>('conversations', 'query TeamKeys($after: String) { teams(first: 100, after: $after) { nodes { id key } pageInfo { hasNextPage endCursor } } }', { after });
    for (const { id, key } of answer.teams.nodes) teams.set(key, id);
    isMore = answer.teams.pageInfo.hasNextPage;
    after = answer.teams.pageInfo.endCursor;
  }
  return teams;
}

/**
 * Teams as conversations knew them at most half a minute ago. While it is away the last answer holds, so that an
 * escalation is never late because of it; null before the first answer, when nobody knows.
 */
export async function teamIds(services: Services): Promise<TeamIds | null> {
  const known = kept.get(services);
  const now = performance.now();
  if (known && now - known.at < KEPT_MS) return known.teams;
  try {
    const teams = await askTeams(services);
    kept.set(services, { at: now, teams });
    return teams;
  } catch {
    return known?.teams ?? null;
  }
}

/** The teams for who cannot go on without them. Throws UNAVAILABLE while nobody knows. */
export async function requireTeamIds(ctx: Pick<TicketsContext, 'teamIds'>): Promise<TeamIds> {
  const teams = await ctx.teamIds();
  if (!teams) throw appError('UNAVAILABLE', { internal: 'the directory of teams was never heard of', retryAfterMs: 1_000 });
  return teams;
}
