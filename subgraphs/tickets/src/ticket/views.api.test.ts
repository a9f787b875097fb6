import { agentIdentity } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { MINUTE } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

const VIEW = 'view { id name builtIn filter orderField orderDirection columns sharing isEditable count breachedCount version team { id } }';
const VIEWS = '{ ticketViews { id name builtIn filter orderField sharing isEditable count breachedCount version } }';
const EVENT = `__typename seq
  ... on TicketsTicketChanged { ticket { id state nextClock { state } } viewIds isListed }
  ... on TicketsTicketRemoved { ticketId }
  ... on TicketsCountersChanged { views { id count breachedCount } }`;
const STREAM = `subscription ($afterSeq: Int, $viewId: ID, $filter: TicketFilter) { ticketsChanged(afterSeq: $afterSeq, viewId: $viewId, filter: $filter) { ${EVENT} } }`;
const UNFINISHED = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];

let desk: TicketDesk;
let teamId: string;
beforeAll(async () => {
  desk = await openTicketDesk();
  teamId = newId('tem');
});
afterAll(() => desk.world.close());

const viewsOf = async (viewer: Identity): Promise<any[]> => (await desk.ask(VIEWS, {}, viewer)).ticketViews;
const content = (changes: object = {}) => ({ name: '今天到期', filter: { priorities: ['P0'] }, columns: [], sharing: 'ME', ...changes });
const save = (viewer: Identity, changes: object = {}) => desk.tell('saveTicketView', content(changes), VIEW, viewer);
const agentOf = (role: 'agent' | 'supervisor' | 'admin' = 'agent') => agentIdentity({ role, teamIds: [teamId] });
const codeOf = (answer: any) => answer.userErrors[0]?.code;

async function open(viewer: Identity, variables: object = {}) {
  const stream = await desk.world.subscribe('tickets', STREAM, variables as Record<string, unknown>, viewer) as AsyncIterableIterator<any>;
  return {
    /** Events up to the first that is wanted, which is the last of them. */
    async until(isWanted: (event: any) => boolean): Promise<any[]> {
      for (const events: any[] = []; ;) {
        const { value, done } = await stream.next();
        if (done) throw new Error('the stream ended');
        if (value.errors) throw new Error(JSON.stringify(value.errors));
        events.push(value.data.ticketsChanged);
        if (isWanted(events.at(-1))) return events;
      }
    },
    end: () => stream.return!(),
  };
}
const isA = (typename: string) => (event: any) => event.__typename === typename;
const isOf = (ticketId: string) => (event: any) => event.ticket?.id === ticketId || event.ticketId === ticketId;

describe('saved views of tickets', () => {
  it('are kept with name, conditions, order and columns, and count what they list', async () => {
    const me = agentOf();
    await desk.create({ agentId: me.id });
    await desk.create({ agentId: me.id, priority: 'P1' });
    const { view, userErrors } = await save(me, { filter: { priorities: ['P0'], createdAfter: '2020-01-01T00:00:00.000Z', tags: [] }, orderBy: { field: 'UPDATED', direction: 'DESC' }, columns: ['number', 'subject'] });
    expect(userErrors).toEqual([]);
    expect(view).toMatchObject({ name: '今天到期', builtIn: null, filter: { priorities: ['P0'], createdAfter: '2020-01-01T00:00:00.000Z' }, orderField: 'UPDATED', columns: ['number', 'subject'], sharing: 'ME', isEditable: true, count: 1, breachedCount: 0, version: 1 });
    const { tickets } = await desk.ask('query ($viewId: ID!) { tickets(viewId: $viewId, first: 5) { totalCount nodes { priority } } }', { viewId: view.id }, me);
    expect(tickets).toEqual({ totalCount: 1, nodes: [{ priority: 'P0' }] });
  });

  it('stand after the built-in ones: one\'s own, those of the teams, those of everybody', async () => {
    const [me, lead, admin] = [agentOf(), agentOf('supervisor'), agentOf('admin')];
    await save(admin, { name: 'for all', sharing: 'ALL' });
    await save(lead, { name: 'for the team', sharing: 'TEAM', teamId });
    await save(me, { name: 'mine' });
    expect((await viewsOf(me)).map(({ name }) => name)).toEqual(['Mine', 'Unassigned', 'Team', 'At risk', 'mine', 'for the team', 'for all']);
    expect((await viewsOf(agentIdentity())).map(({ name }) => name)).toEqual(['Mine', 'Unassigned', 'At risk', 'for all']);
  });

  it('are shared only as far as the scope of view:write reaches', async () => {
    const [me, lead] = [agentOf(), agentOf('supervisor')];
    expect(codeOf(await save(me, { sharing: 'TEAM', teamId }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { name: 'x', sharing: 'ALL' }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { name: 'x', sharing: 'TEAM', teamId: newId('tem') }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { name: 'x', sharing: 'TEAM' }))).toBe('REQUIRED');
  });

  it('are changed and removed by who may share them so far, and are not there for whom they are not shared with', async () => {
    const [me, lead, stranger] = [agentOf(), agentOf('supervisor'), agentIdentity()];
    const own = (await save(me, { name: 'own' })).view;
    const shared = (await save(lead, { name: 'shared', sharing: 'TEAM', teamId })).view;
    expect(codeOf(await save(stranger, { viewId: own.id }))).toBe('NOT_FOUND');
    expect(codeOf(await save(me, { viewId: shared.id }))).toBe('NOT_ALLOWED');
    expect(codeOf(await desk.tell('deleteTicketView', { viewId: shared.id }, 'viewId', me))).toBe('NOT_ALLOWED');
    expect((await save(agentOf('supervisor'), { viewId: shared.id, name: 'renamed', sharing: 'TEAM', teamId })).view).toMatchObject({ id: shared.id, name: 'renamed', version: 2 });
    expect(await desk.tell('deleteTicketView', { viewId: own.id }, 'viewId', me)).toEqual({ viewId: own.id, userErrors: [] });
    expect(codeOf(await desk.tell('deleteTicketView', { viewId: own.id }, 'viewId', me))).toBe('NOT_FOUND');
    await expect(desk.ask('query ($viewId: ID!) { tickets(viewId: $viewId, first: 5) { totalCount } }', { viewId: own.id }, me)).rejects.toThrow('BAD_USER_INPUT');
  });

  it('saved twice by a retry are one, also in the same moment, and another of the same name is refused', async () => {
    const me = agentOf();
    const saved = await Promise.all(Array.from({ length: 6 }, () => save(me)));
    expect(new Set(saved.map(({ view }) => view?.id)).size).toBe(1);
    expect(codeOf(await save(me, { filter: { priorities: ['P1'] } }))).toBe('ALREADY_EXISTS');
    const rest = await Promise.all(['P1', 'P2'].map((priority) => save(me, { name: 'only one', filter: { priorities: [priority] } })));
    expect(rest.map(codeOf).sort()).toEqual(['ALREADY_EXISTS', undefined]);
    const other = (await save(me, { name: 'another' })).view;
    expect(codeOf(await save(me, { viewId: other.id, name: 'only one' }))).toBe('ALREADY_EXISTS');
  });

  it('are put in another order by their place', async () => {
    const me = agentOf();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await save(me, { name })).view.id);
    await save(me, { viewId: ids[2], name: 'c', position: 0 });
    await save(me, { viewId: ids[0], name: 'a', filter: { priorities: ['P2'] } });
    expect((await viewsOf(me)).filter(({ sharing, builtIn }) => sharing === 'ME' && !builtIn).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it.each([
    ['an empty name', { name: '  ' }, 'REQUIRED'], ['a name of 41 characters', { name: '名'.repeat(41) }, 'TOO_LONG'], ['a column nobody knows', { columns: ['size'] }, 'INVALID'],
    ['a condition on what is no id', { filter: { agentIds: ['somebody'] } }, 'INVALID'],
  ])('refuse %s', async (_name, changes, code) => expect(codeOf(await save(agentOf(), changes))).toBe(code));

  it('refuse a viewer without view:write', async () => {
    await expect(save(agentIdentity({ role: 'analyst' }))).rejects.toThrow('FORBIDDEN');
  });

  it('hold together with a filter, and nothing where the two exclude each other', async () => {
    const me = agentOf();
    const made = await desk.create({ agentId: me.id, priority: 'P0' });
    const page = async (filter: object) => (await desk.ask('query ($viewId: ID!, $filter: TicketFilter) { tickets(viewId: $viewId, filter: $filter, first: 5) { totalCount nodes { id } } }', { viewId: 'tvw_mine', filter }, me)).tickets;
    expect(await page({ priorities: ['P0'] })).toEqual({ totalCount: 1, nodes: [{ id: made.id }] });
    expect(await page({ priorities: ['P1'] })).toEqual({ totalCount: 0, nodes: [] });
    expect(await page({ agentIds: [newId('agt')] })).toEqual({ totalCount: 0, nodes: [] });
    expect(await page({ isUnassigned: true })).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('ticketBoard', () => {
  it('has one column for each state with its count and its first tickets', async () => {
    const me = agentOf();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await desk.create({ agentId: me.id })).id);
    await desk.tell('updateTicket', { ticketId: ids[0], state: 'OPEN' }, 'ticket { id }', me);
    await desk.tell('solveTicket', { ticketId: ids[1] }, 'ticket { id }', me);
    const { ticketBoard } = await desk.ask('query ($filter: TicketFilter) { ticketBoard(filter: $filter, firstPerColumn: 1) { state count tickets { id } } }', { filter: { agentIds: [me.id] } }, me);
    expect(ticketBoard).toEqual([
      { state: 'NEW', count: 1, tickets: [{ id: ids[2] }] }, { state: 'OPEN', count: 1, tickets: [{ id: ids[0] }] }, { state: 'PENDING', count: 0, tickets: [] },
      { state: 'ON_HOLD', count: 0, tickets: [] }, { state: 'SOLVED', count: 1, tickets: [{ id: ids[1] }] }, { state: 'CLOSED', count: 0, tickets: [] },
    ]);
    const mine = (await desk.ask('{ ticketBoard(viewId: "tvw_mine") { state count } }', {}, me)).ticketBoard;
    expect(mine.find(({ state }: any) => state === 'SOLVED')).toMatchObject({ count: 0 });
  });

  it('refuses more than 50 for a column', async () => {
    await expect(desk.ask('{ ticketBoard(firstPerColumn: 51) { count } }')).rejects.toThrow('BAD_USER_INPUT');
  });
});

describe('ticketsChanged', () => {
  it('begins with all counters, tells of a change, of its views and whether the list on screen shows it, and counts anew', async () => {
    const me = agentOf();
    const made = await desk.create({ agentId: me.id, priority: 'P0' });
    const stream = await open(me, { viewId: 'tvw_mine', filter: { priorities: ['P0'] } });
    const [first] = await stream.until(isA('TicketsCountersChanged'));
    expect(first.views.slice(0, 2)).toEqual([{ id: 'tvw_mine', count: 1, breachedCount: 0 }, expect.objectContaining({ id: 'tvw_unassigned' })]);
    await desk.tell('updateTicket', { ticketId: made.id, priority: 'P1', reason: 'less' }, 'ticket { id }', me);
    // Its making may be told after the stream began.
    expect((await stream.until((event) => isOf(made.id)(event) && !event.isListed)).at(-1)).toMatchObject({ __typename: 'TicketsTicketChanged', isListed: false, viewIds: ['tvw_mine'], ticket: { state: 'NEW' } });
    await desk.tell('solveTicket', { ticketId: made.id }, 'ticket { id }', me);
    expect((await stream.until(isOf(made.id))).at(-1)).toMatchObject({ isListed: false, viewIds: [], ticket: { state: 'SOLVED', nextClock: null } });
    const counted = (await stream.until((event) => event.views?.some(({ id, count }: any) => id === 'tvw_mine' && count === 0))).at(-1);
    expect(counted.seq).toBeGreaterThan(first.seq);
    await stream.end();
  });

  it('tells who may not read it any more that it left, and others nothing', async () => {
    const [me, other] = [agentIdentity(), agentIdentity()];
    const made = await desk.create({ agentId: me.id });
    const [mine, theirs] = [await open(me), await open(other)];
    await desk.tell('updateTicket', { ticketId: made.id, agentId: other.id }, 'ticket { id }');
    await mine.until((event) => isA('TicketsTicketRemoved')(event) && isOf(made.id)(event));
    const told = await theirs.until(isOf(made.id));
    expect(told.filter(isOf(made.id))).toMatchObject([{ __typename: 'TicketsTicketChanged', viewIds: expect.arrayContaining(['tvw_mine']) }]);
    await Promise.all([mine.end(), theirs.end()]);
  });

  it('rebuilds from a stale list and any position the list that a fresh look gives', async () => {
    const me = agentIdentity();
    const list = async () => (await desk.ask('{ tickets(viewId: "tvw_mine", first: 100) { nodes { id version } } }', {}, me)).tickets.nodes;
    const ids: string[] = [];
    for (let count = 0; count < 9; count++) ids.push((await desk.create({ agentId: me.id })).id);
    const start = await open(me);
    const [{ seq: position }] = await start.until(isA('TicketsCountersChanged'));
    await start.end();
    const stale = new Map<string, number>((await list()).map(({ id, version }: any) => [id, version]));
    for (const [place, id] of ids.entries()) {
      if (place % 3 === 0) await desk.tell('solveTicket', { ticketId: id }, 'ticket { id }', me);
      if (place % 3 === 1) await desk.tell('updateTicket', { ticketId: id, isUnassigned: true }, 'ticket { id }');
    }
    const last = await desk.create({ agentId: me.id });
    const resumed = await desk.world.subscribe('tickets', `subscription ($afterSeq: Int) { ticketsChanged(afterSeq: $afterSeq) { __typename seq ... on TicketsTicketChanged { ticket { id version } viewIds } ... on TicketsTicketRemoved { ticketId } } }`, { afterSeq: position }, me) as AsyncIterableIterator<any>;
    for (let isDone = false; !isDone;) {
      const event = (await resumed.next()).value.data.ticketsChanged;
      if (event.__typename === 'TicketsTicketRemoved') stale.delete(event.ticketId);
      if (event.__typename !== 'TicketsTicketChanged') continue;
      if (event.viewIds.includes('tvw_mine')) stale.set(event.ticket.id, event.ticket.version);
      else stale.delete(event.ticket.id);
      isDone = event.ticket.id === last.id;
    }
    await resumed.return!();
    expect([...stale].sort()).toEqual((await list()).map(({ id, version }: any) => [id, version]).sort());
  });

  it('gives TicketsReset to a position the log does not hold', async () => {
    const stream = await open(desk.agent, { afterSeq: 1_000_000 });
    const [first] = await stream.until(() => true);
    expect(first.__typename).toBe('TicketsReset');
    await stream.end();
  });

  it('tells of another team\'s view on screen and counts it, for who may change it', async () => {
    const other = newId('tem');
    const { view } = await save(agentIdentity({ role: 'supervisor', teamIds: [other] }), { name: 'far away', sharing: 'TEAM', teamId: other });
    const stream = await open(agentIdentity({ role: 'admin' }), { viewId: view.id });
    const [first] = await stream.until(isA('TicketsCountersChanged'));
    expect(first.views.map(({ id }: any) => id)).toContain(view.id);
    const made = await desk.create({ priority: 'P0' });
    expect((await stream.until(isOf(made.id))).at(-1)).toMatchObject({ isListed: true, viewIds: expect.arrayContaining([view.id]) });
    await stream.end();
    await expect(open(agentOf('supervisor'), { viewId: view.id })).rejects.toThrow();
  });

  it('tells of a view that a colleague has just shared', async () => {
    const me = agentOf();
    const stream = await open(me);
    await stream.until(isA('TicketsCountersChanged'));
    const { view } = await save(agentOf('supervisor'), { name: 'news', sharing: 'TEAM', teamId });
    await stream.until((event) => event.views?.some(({ id }: any) => id === view.id));
    await stream.end();
  });
});

describe('counters of views', () => {
  it('equal a count of all tickets after any walk, and the daily recount mends and tells what was written past them', async () => {
    const me = agentIdentity();
    const made = await desk.create({ agentId: me.id, priority: 'P0' });
    await desk.after(10 * MINUTE * 60);
    const db = await desk.world.database('tickets');
    const wrong = async () => {
      const [row] = await db.query<{ told: number; is: number }>(`SELECT (SELECT COALESCE(SUM(total), 0) FROM ticket_tallies WHERE tag = '') + (SELECT COALESCE(SUM(total), 0) FROM ticket_tally_changes WHERE tag = '') AS told, (SELECT COUNT(*) FROM tickets) AS \`is\``);
      return Number(row!.told) - Number(row!.is);
    };
    expect(await wrong()).toBe(0);
    const mine = async () => (await viewsOf(me)).find(({ builtIn }) => builtIn === 'MINE');
    expect(await mine()).toMatchObject({ count: 1, breachedCount: 1 });
    const { tickets } = await desk.ask('query ($filter: TicketFilter) { tickets(filter: $filter, first: 5) { totalCount } }', { filter: { clockStates: ['BREACHED'], agentIds: [me.id], states: UNFINISHED } }, me);
    expect(tickets.totalCount).toBe(1);
    await db.execute('UPDATE ticket_tallies SET total = total + 5');
    expect(await mine()).toMatchObject({ count: 6 });
    await db.execute("UPDATE leases SET ends_at = '2000-01-01' WHERE name = 'tickets.tallies-recounted'");
    await desk.after(60 * MINUTE);
    expect(await mine()).toMatchObject({ count: 1 });
    expect(await wrong()).toBe(0);
    expect(made.id).toBeTruthy();
  });
});
