import type { Services } from '@careline/kit/services';

/** Ids of teams by the key that policies name them by. */
export type TeamIds = ReadonlyMap<string, string>;

const KEPT_MS = 30_000;
const kept = new WeakMap<Services, { at: number; teams: TeamIds }>();
const NONE: TeamIds = new Map();

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
 * escalation is never late because of it; nothing is known before the first answer.
 */
export async function teamIds(services: Services): Promise<TeamIds> {
  const known = kept.get(services);
  const now = performance.now();
  if (known && now - known.at < KEPT_MS) return known.teams;
  try {
    const teams = await askTeams(services);
    kept.set(services, { at: now, teams });
    return teams;
  } catch {
    return known?.teams ?? NONE;
  }
}
