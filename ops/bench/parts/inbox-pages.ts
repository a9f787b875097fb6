import { readFileSync } from 'node:fs';
import type { Office } from './office.ts';
import { TAGS, type Past } from './past.ts';

const PAGE_ROWS = 50;
const DAY_MS = 86_400_000;
const INBOX = readFileSync(new URL('../../../schema/operations/inbox.graphql', import.meta.url), 'utf8');
const COUNTERS = 'query Counters { conversationViews { id name builtIn count unreadCount } }';

export interface Place {
  size: number;
  office: Office;
  past: Past;
}

export interface Page {
  name: string;
  as: 'asAgent' | 'asSupervisor';
  variables(place: Place): { viewId?: string; filter?: object };
}

const view = (name: string): Page => ({ name, as: 'asAgent', variables: () => ({ viewId: `viw_${name}` }) });
const filtered = (name: string, filter: (place: Place) => object, as: Page['as'] = 'asSupervisor'): Page => ({ name, as, variables: (place) => ({ filter: filter(place) }) });

export const PAGES: readonly Page[] = [
  view('mine'), view('unassigned'), view('mentioned'), view('team'),
  filtered('agent: closed', () => ({ states: ['CLOSED'] }), 'asAgent'),
  filtered('agent: everything', () => ({}), 'asAgent'),
  filtered('agent: tag refund', () => ({ tags: ['refund'] }), 'asAgent'),
  filtered('closed', () => ({ states: ['CLOSED'] })),
  filtered('waiting', () => ({ states: ['QUEUED'] })),
  filtered('everything', () => ({})),
  filtered('unread', () => ({ isUnread: true, states: ['ACTIVE'] })),
  filtered('urgent', () => ({ priorities: ['P0'] })),
  filtered('urgent and owned', () => ({ priorities: ['P0', 'P1'], states: ['ACTIVE'] })),
  filtered('of a customer', ({ past }) => ({ customerId: past.customerId })),
  filtered('closed by a colleague', ({ office }) => ({ states: ['CLOSED'], agentIds: [office.teams[0]!.agentIds[1]] })),
  filtered('through a queue', ({ office }) => ({ queueIds: [office.teams[0]!.queueId] })),
  filtered('of a team', ({ office }) => ({ teamIds: [office.teams[0]!.id] })),
  filtered('begun half a year ago', () => ({ startedAfter: new Date(Date.now() - 190 * DAY_MS), startedBefore: new Date(Date.now() - 180 * DAY_MS) })),
  ...TAGS.map(([tag]) => filtered(`tag ${tag}`, () => ({ tags: [tag] }))),
];

/** Shows one page; gives how long it took until rows and counters were there. */
export async function show(place: Place, page: Page): Promise<{ ms: number; rows: number }> {
  const ask = place.office[page.as];
  const from = performance.now();
  const [{ conversations }] = await Promise.all([
    ask<{ conversations: { nodes: object[] } }>(INBOX, { ...page.variables(place), first: PAGE_ROWS }),
    ask(COUNTERS),
  ]);
  return { ms: performance.now() - from, rows: conversations.nodes.length };
}
