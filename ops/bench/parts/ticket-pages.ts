import { readFileSync } from 'node:fs';
import type { Office } from './office.ts';
import { TAGS } from './past.ts';
import type { TicketPast } from './past-tickets.ts';

const PAGE_ROWS = 50;
const DAY_MS = 86_400_000;
const TICKETS = readFileSync(new URL('../../../schema/operations/tickets.graphql', import.meta.url), 'utf8');
const UNFINISHED = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];

export interface TicketPlace {
  size: number;
  office: Office;
  past: TicketPast;
}

interface TicketPage {
  name: string;
  as: 'asAgent' | 'asSupervisor';
  filter(place: TicketPlace): object;
  orderBy: { field: string; direction: string };
}

const page = (name: string, filter: TicketPage['filter'], as: TicketPage['as'] = 'asSupervisor', field = 'DUE', direction = 'ASC'): TicketPage => ({ name, as, filter, orderBy: { field, direction } });
const mine: TicketPage['filter'] = ({ office }) => ({ agentIds: [office.teams[0]!.agentIds[0]], states: UNFINISHED });

export const TICKET_PAGES: readonly TicketPage[] = [
  page('agent: mine', mine, 'asAgent'),
  page('agent: unassigned', () => ({ isUnassigned: true, states: UNFINISHED }), 'asAgent'),
  page('agent: team', ({ office }) => ({ teamIds: [office.teams[0]!.id], states: UNFINISHED }), 'asAgent'),
  page('agent: at risk', () => ({ isAtRisk: true, states: UNFINISHED }), 'asAgent'),
  page('agent: all', () => ({}), 'asAgent'),
  page('agent: closed', () => ({ states: ['CLOSED'] }), 'asAgent'),
  page('agent: tag refund', () => ({ tags: ['refund'], states: UNFINISHED }), 'asAgent'),
  page('agent: newest change', () => ({ states: UNFINISHED }), 'asAgent', 'UPDATED', 'DESC'),
  page('unassigned', () => ({ isUnassigned: true, states: UNFINISHED })),
  page('team', ({ office }) => ({ teamIds: [office.teams[0]!.id] })),
  page('at risk', () => ({ isAtRisk: true, states: UNFINISHED })),
  page('missed', () => ({ clockStates: ['BREACHED'] })),
  page('running, urgent', () => ({ clockStates: ['RUNNING'], priorities: ['P0'] })),
  page('standing still', () => ({ clockStates: ['PAUSED'] })),
  page('due within a day', () => ({ dueBefore: new Date(Date.now() + DAY_MS) })),
  page('everything', () => ({})),
  page('unfinished', () => ({ states: UNFINISHED })),
  page('on hold, oldest', () => ({ states: ['ON_HOLD'] }), 'asSupervisor', 'CREATED'),
  page('closed, newest change', () => ({ states: ['CLOSED'] }), 'asSupervisor', 'UPDATED', 'DESC'),
  page('by priority', () => ({ states: UNFINISHED }), 'asSupervisor', 'PRIORITY'),
  page('urgent', () => ({ priorities: ['P0'] })),
  page('a category', ({ past }) => ({ categoryIds: [past.categoryIds[1]], states: UNFINISHED })),
  page('closed by a colleague', ({ office }) => ({ states: ['CLOSED'], agentIds: [office.teams[0]!.agentIds[1]] })),
  page('of a customer', ({ past }) => ({ customerId: past.customerId })),
  page('made this week', () => ({ createdAfter: new Date(Date.now() - 7 * DAY_MS) })),
  ...TAGS.map(([tag]) => page(`tag ${tag}`, () => ({ tags: [tag] }))),
];

/** Shows one page; gives how long it took until rows and count were there. */
export async function show({ office, ...place }: TicketPlace, { as, filter, orderBy }: TicketPage): Promise<{ ms: number; rows: number }> {
  const from = performance.now();
  const { tickets } = await office[as]<{ tickets: { nodes: object[] } }>(TICKETS, { filter: filter({ office, ...place }), orderBy, first: PAGE_ROWS });
  return { ms: performance.now() - from, rows: tickets.nodes.length };
}
