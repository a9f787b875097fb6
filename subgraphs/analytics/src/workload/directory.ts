import type { Services } from '@careline/kit/services';
import { hasPassed, MINUTE, type Clock, type Instant } from '@careline/kit/time';

/** Which teams each agent belongs to, by agent id; the first of a list is the one an agent's work is counted for. */
export type Teams = ReadonlyMap<string, readonly string[]>;

/** Who belongs where, as conversations knows it. */
export interface TeamDirectory {
  /** Throws UNAVAILABLE while conversations is away and nothing recent is remembered. */
  teams(): Promise<Teams>;
}

const QUERY = 'query Teams($after: String) { agents(first: 100, after: $after) { nodes { id teams { id } } pageInfo { hasNextPage endCursor } } }';

interface Answer {
  agents: { nodes: { id: string; teams: { id: string }[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } | null;
}

/** A directory that asks at most once a minute. */
export function openTeamDirectory(services: Services, clock: Clock): TeamDirectory {
  let known: { at: Instant; teams: Promise<Teams> } | null = null;
  return {
    teams() {
      const now = clock.now();
      if (known && !hasPassed(known.at, MINUTE, now)) return known.teams;
      const asked = { at: now, teams: askTeams(services) };
      known = asked;
      // A failure is not remembered: the next caller asks again.
      asked.teams.catch(() => {
        if (known === asked) known = null;
      });
      return asked.teams;
    },
  };
}

async function askTeams(services: Services): Promise<Teams> {
  const teams = new Map<string, readonly string[]>();
  let after: string | null = null;
  for (;;) {
    const { agents }: Answer = await services.query<Answer>('conversations', QUERY, { after });
    for (const agent of agents?.nodes ?? []) teams.set(agent.id, agent.teams.map((team) => team.id).sort());
    if (!agents?.pageInfo.hasNextPage) return teams;
    after = agents.pageInfo.endCursor;
  }
}
