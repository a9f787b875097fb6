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
export const BOARD = `at rows { priority runningCount atRiskCount breachedCount pausedCount } attainment { metCount breachedCount rate }
  histogram { fromMinutes toMinutes count } nextDue { id dueAt }`;

/** The board, as far as it is compared. */
export interface Board {
  /** When it was read; not compared. */
  at: string;
  rows: { priority: string; runningCount: number; atRiskCount: number; breachedCount: number; pausedCount: number }[];
  attainment: { metCount: number; breachedCount: number; rate: number | null };
  histogram: { fromMinutes: number | null; toMinutes: number | null; count: number }[];
  nextDue: { id: string; dueAt: string }[];
}

const NEXT_DUE = 20;

/** A ticket as text, without what moves by the passing of time alone: when a clock that pauses would run out. */
export const fixed = (ticket: TicketSeen | null | undefined): string =>
  JSON.stringify(ticket && { ...ticket, clocks: ticket.clocks.map((clock) => (clock.state === 'PAUSED' ? { ...clock, dueAt: null } : clock)) });

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
  const running = tickets.flatMap(({ clocks }) => clocks.filter((clock) => isGoing(clock) && clock.state === 'RUNNING'));
  const minutesLeft = ({ dueAt }: Clock) => (Date.parse(dueAt) - now) / 60_000;
  const having = (holds: (clock: Clock) => boolean, among = tickets) => among.filter(({ clocks }) => clocks.some((clock) => isGoing(clock) && holds(clock))).length;
  const ended = tickets.flatMap(({ clocks }) => clocks).filter(({ target, endedAt }) => target === 'FIRST_RESPONSE' && endedAt !== null);
  const met = ended.filter(({ state }) => state === 'MET').length;
  const missed = ended.filter(({ state }) => state === 'BREACHED').length;
  return {
    at: new Date(now).toISOString(),
    rows: PRIORITIES.map((priority) => {
      const own = tickets.filter((ticket) => ticket.priority === priority);
      return {
        priority, runningCount: having(({ state }) => state === 'RUNNING', own), atRiskCount: having(({ state, isAtRisk }) => state === 'RUNNING' && isAtRisk, own),
        breachedCount: having(({ state }) => state === 'BREACHED', own), pausedCount: having(({ state }) => state === 'PAUSED', own),
      };
    }),
    attainment: { metCount: met, breachedCount: missed, rate: met + missed > 0 ? met / (met + missed) : null },
    histogram: like.map(({ fromMinutes, toMinutes }) => ({
      fromMinutes, toMinutes,
      count: having((clock) => (fromMinutes === null ? clock.state === 'BREACHED' : clock.state === 'RUNNING' && minutesLeft(clock) >= fromMinutes && minutesLeft(clock) < (toMinutes ?? Infinity))),
    })),
    nextDue: running.sort((a, b) => a.dueAt.localeCompare(b.dueAt) || a.id.localeCompare(b.id)).slice(0, NEXT_DUE).map(({ id, dueAt }) => ({ id, dueAt })),
  };
}

/** Where two boards differ, one line each. */
export function differences(one: Board, other: Board): string[] {
  return (['rows', 'attainment', 'histogram', 'nextDue'] as const).flatMap((part) => (JSON.stringify(one[part]) === JSON.stringify(other[part]) ? [] : [`${part}: ${JSON.stringify(one[part])} and ${JSON.stringify(other[part])}`]));
}
