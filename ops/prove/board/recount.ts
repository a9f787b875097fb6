import type { Ask } from '../../harness/people.ts';

export const PRIORITIES = ['P0', 'P1', 'P2'] as const;

export interface Clock {
  id: string;
  target: string;
  state: 'RUNNING' | 'PAUSED' | 'MET' | 'BREACHED' | 'CANCELLED';
  dueAt: string;
  endedAt: string | null;
  isAtRisk: boolean;
}

export interface TicketSeen {
  id: string;
  version: number;
  state: string;
  priority: (typeof PRIORITIES)[number];
  tags: string[];
  clocks: Clock[];
}

/** What a client knows of a ticket, from a list or a stream. */
export const TICKET = 'id version state priority tags clocks { id target state dueAt endedAt isAtRisk }';
export const BOARD = `rows { priority runningCount atRiskCount breachedCount pausedCount } attainment { metCount breachedCount rate }
  histogram { fromMinutes toMinutes count } nextDue { id dueAt }`;

/** The board, as far as it is compared. */
export interface Board {
  rows: { priority: string; runningCount: number; atRiskCount: number; breachedCount: number; pausedCount: number }[];
  attainment: { metCount: number; breachedCount: number; rate: number | null };
  histogram: { fromMinutes: number | null; toMinutes: number | null; count: number }[];
  nextDue: { id: string; dueAt: string }[];
}

const NEXT_DUE = 20;

/** Every ticket there is, page by page. */
export async function fetchTickets(ask: Ask): Promise<TicketSeen[]> {
  const all: TicketSeen[] = [];
  for (let after: string | null = null; ;) {
    const { tickets }: { tickets: { nodes: TicketSeen[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await ask(
      `query ($after: String) { tickets(first: 100, after: $after, orderBy: { field: CREATED, direction: ASC }) { nodes { ${TICKET} } pageInfo { hasNextPage endCursor } } }`, { after });
    all.push(...tickets.nodes);
    if (!tickets.pageInfo.hasNextPage) return all;
    after = tickets.pageInfo.endCursor;
  }
}

/** The board, counted from the tickets themselves by what the schema says of each number. Spans of time left are those of `like`. */
export function recount(tickets: readonly TicketSeen[], now: number, like: Board['histogram']): Board {
  const isGoing = ({ state, endedAt }: Clock) => endedAt === null && (state === 'RUNNING' || state === 'PAUSED' || state === 'BREACHED');
  const going = tickets.flatMap(({ clocks }) => clocks.filter(isGoing));
  const ended = tickets.flatMap(({ clocks }) => clocks).filter(({ target, endedAt }) => target === 'FIRST_RESPONSE' && endedAt !== null);
  const met = ended.filter(({ state }) => state === 'MET').length;
  const missed = ended.filter(({ state }) => state === 'BREACHED').length;
  const minutesLeft = ({ state, dueAt }: Clock) => (state === 'BREACHED' ? -1 : (Date.parse(dueAt) - now) / 60_000);
  return {
    rows: PRIORITIES.map((priority) => {
      const having = (holds: (clock: Clock) => boolean) => tickets.filter((ticket) => ticket.priority === priority && ticket.clocks.some((clock) => isGoing(clock) && holds(clock))).length;
      return {
        priority, runningCount: having(({ state }) => state === 'RUNNING'), atRiskCount: having(({ state, isAtRisk }) => state === 'RUNNING' && isAtRisk),
        breachedCount: having(({ state }) => state === 'BREACHED'), pausedCount: having(({ state }) => state === 'PAUSED'),
      };
    }),
    attainment: { metCount: met, breachedCount: missed, rate: met + missed > 0 ? met / (met + missed) : null },
    histogram: like.map(({ fromMinutes, toMinutes }) => ({
      fromMinutes, toMinutes,
      count: going.filter((clock) => (fromMinutes === null ? minutesLeft(clock) < 0 : minutesLeft(clock) >= fromMinutes && minutesLeft(clock) < (toMinutes ?? Infinity))).length,
    })),
    nextDue: going.filter(({ state }) => state === 'RUNNING').sort((a, b) => a.dueAt.localeCompare(b.dueAt) || a.id.localeCompare(b.id)).slice(0, NEXT_DUE).map(({ id, dueAt }) => ({ id, dueAt })),
  };
}

/** Where two boards differ, one line each. */
export function differences(one: Board, other: Board): string[] {
  return (Object.keys(other) as (keyof Board)[]).flatMap((part) => (JSON.stringify(one[part]) === JSON.stringify(other[part]) ? [] : [`${part}: ${JSON.stringify(one[part])} and ${JSON.stringify(other[part])}`]));
}
