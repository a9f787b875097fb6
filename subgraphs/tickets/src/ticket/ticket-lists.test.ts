import { agentIdentity } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { MINUTE } from '@careline/kit/time';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

const TICKETS = 60;
const STEPS = 200;
const TAGS = ['vip', 'VIP', '退款', 'login'];
const PAGE = `query ($filter: TicketFilter, $orderBy: TicketOrder, $first: Int!, $after: String) {
  tickets(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`;

interface Stored {
  id: string;
  state: string;
  priority: string;
  tags: string[];
  agentId: string | null;
  teamId: string | null;
  category: string;
  createdAt: string;
  updatedAt: string;
  dueAt: string;
  makerId: string;
  mergedInto: { id: string } | null;
  clocks: { target: string; state: string; pauseReason: string | null; dueAt: string; endedAt: string | null }[];
}

let desk: TicketDesk;
let one: Identity;
let other: Identity;
let member: Identity;
let rows: Stored[];
let categoryIds: Record<string, string>;

/** The same walk in every run: a failure can be looked at again. */
let state = 20261128;
const draw = (below: number) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
const some = <T>(list: readonly T[]) => list.filter(() => draw(3) === 0);

/** One thing that somebody does; what is refused changes nothing and belongs to the walk too. */
function step(id: string): Promise<unknown> {
  const update = (changes: object) => desk.tell('updateTicket', { ticketId: id, reason: 'so', ...changes }, 'ticket { id }');
  return pick([
    () => update({ tags: some(TAGS) }), () => update({ priority: pick(['P0', 'P1', 'P2']) }), () => update({ agentId: pick([one, other]).id }), () => update({ isUnassigned: true }),
    () => update({ state: pick(['OPEN', 'PENDING', 'ON_HOLD']) }), () => update({ category: pick(['PAYMENT', 'ACCOUNT', 'TECHNICAL']) }),
    () => desk.tell('escalateTicket', { ticketId: id, target: 'supervisor_group', reason: 'so', idempotencyKey: randomUUID() }, 'ticket { id }'),
    () => desk.tell('solveTicket', { ticketId: id }, 'ticket { id }'), () => desk.tell('closeTicket', { ticketId: id }, 'ticket { id }'), () => desk.tell('reopenTicket', { ticketId: id, reason: 'so' }, 'ticket { id }'),
  ])();
}

/** Two tickets whose clocks were missed join a third one. */
async function mergeMissed(): Promise<void> {
  const { tickets } = await desk.ask('{ tickets(filter: { clockStates: [BREACHED] }, first: 3) { nodes { id } } }');
  const [survivorId, ...mergedIds] = tickets.nodes.map(({ id }: any) => id);
  const { userErrors } = await desk.tell('mergeTickets', { survivorId, mergedIds, confirm: true, idempotencyKey: randomUUID() }, 'job { id }');
  expect(userErrors).toEqual([]);
}

/** Every ticket as it answers for itself, with no help of what is kept for lists. */
async function readAll(makers: ReadonlyMap<string, string>): Promise<Stored[]> {
  const db = await desk.world.database('tickets');
  const due = new Map((await db.query<{ number: number; due: string }>("SELECT number, DATE_FORMAT(next_due_at, '%Y-%m-%dT%T.%f') AS due FROM tickets")).map((row) => [String(row.number), row.due]));
  return Promise.all([...makers].map(async ([id, makerId]) => {
    const { ticket } = await desk.ask('query ($id: ID!) { ticket(id: $id) { id number state priority tags agentId team { id } category { key } mergedInto { id } createdAt updatedAt clocks { target state pauseReason dueAt endedAt } } }', { id });
    return { ...ticket, makerId, teamId: ticket.team?.id ?? null, category: ticket.category.key, dueAt: due.get(ticket.number)! };
  }));
}

beforeAll(async () => {
  desk = await openTicketDesk();
  [one, other] = [agentIdentity(), agentIdentity()];
  member = agentIdentity({ teamIds: [desk.supervisorsId] });
  const makers = new Map<string, string>();
  for (let place = 0; place < TICKETS; place++) {
    const maker = pick([one, other, desk.agent]);
    const { results } = await desk.tell('createTickets', { tickets: [{ category: 'PAYMENT', subject: '退款', customerId: newId('cus'), priority: pick(['P1', 'P2']) }], idempotencyKey: randomUUID() }, 'results { ticket { id } }', maker);
    makers.set(results[0].ticket.id, maker.id);
    desk.world.clock.advance(draw(3) * MINUTE);
  }
  const ids = [...makers.keys()];
  for (let place = 0; place < STEPS; place++) {
    await step(pick(ids));
    if (draw(20) === 0) await desk.after(40 * MINUTE);
    else desk.world.clock.advance(draw(2) * 1_000);
  }
  await mergeMissed();
  await desk.after(MINUTE);
  rows = await readAll(makers);
  const { categories } = await desk.ask('{ categories { id key } }');
  categoryIds = Object.fromEntries(categories.map(({ id, key }: any) => [key, id]));
}, 120_000);
afterAll(() => desk.world.close());

/** All pages of a list, seven rows at a time. */
async function listAll(variables: object, viewer: Identity) {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const { tickets } = await desk.ask(PAGE, { ...variables, first: 7, after }, viewer);
    ids.push(...tickets.nodes.map(({ id }: any) => id));
    if (!tickets.pageInfo.hasNextPage) return { ids, totalCount: tickets.totalCount as number };
    after = tickets.pageInfo.endCursor;
  }
}

const keysOf: Record<string, (row: Stored) => string[]> = {
  DUE: (row) => [row.dueAt, row.id], PRIORITY: (row) => [row.priority, row.createdAt, row.id], CREATED: (row) => [row.createdAt, row.id], UPDATED: (row) => [row.updatedAt, row.id],
};
const inOrder = (field: string) => (a: Stored, b: Stored) => {
  const [left, right] = [keysOf[field]!(a), keysOf[field]!(b)];
  const place = left.findIndex((key, index) => key !== right[index]);
  return place < 0 ? 0 : left[place]! < right[place]! ? -1 : 1;
};
const reaches = (viewer: Identity, row: Stored) => viewer === desk.agent || row.agentId === viewer.id || row.makerId === viewer.id || viewer.teamIds.includes(row.teamId!);
const UNFINISHED = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];
const instants = (of: (clock: Stored['clocks'][number]) => string | null) => rows.flatMap(({ clocks }) => clocks.flatMap((clock) => of(clock) ?? [])).sort();
const ended = () => instants(({ endedAt }) => endedAt);
const due = () => instants(({ state, dueAt, endedAt }) => (state === 'RUNNING' && endedAt === null ? dueAt : null));
/** The instant that stands in the middle of some, or at another share of them. */
const middle = (some: () => string[], share = 0.5) => some()[Math.floor(some().length * share)]!;
const runsOut = ({ state, pauseReason, endedAt }: Stored['clocks'][number]) => endedAt === null && (state !== 'PAUSED' || pauseReason === 'CLOSED_HOURS');
const runsOutEarly = ({ clocks, mergedInto }: Stored) => !mergedInto && clocks.some((clock) => runsOut(clock) && clock.dueAt < middle(due));
const isGoing = (wanted: string) => (row: Stored) => !row.mergedInto && row.clocks.some(({ state: is, endedAt }) => is === wanted && endedAt === null);

describe('a list of tickets, walked page by page in every order by who sees all, own ones, or those of a team', () => {
  it.each<[string, () => object, (row: Stored) => boolean]>([
    ['everything', () => ({}), () => true],
    ['what is not finished', () => ({ states: UNFINISHED }), (row) => UNFINISHED.includes(row.state)],
    ['what is solved or closed', () => ({ states: ['SOLVED', 'CLOSED', 'SOLVED'] }), (row) => !UNFINISHED.includes(row.state)],
    ['what somebody owns', () => ({ agentIds: [one.id, other.id], states: UNFINISHED }), (row) => row.agentId !== null && UNFINISHED.includes(row.state)],
    ['what nobody owns', () => ({ isUnassigned: true }), (row) => row.agentId === null],
    ['what belongs to a team', () => ({ teamIds: [desk.supervisorsId] }), (row) => row.teamId === desk.supervisorsId],
    ['what is urgent', () => ({ priorities: ['P0', 'P1'] }), (row) => row.priority !== 'P2'],
    ['a category of what is open', () => ({ categoryIds: [categoryIds.ACCOUNT], states: ['OPEN'] }), (row) => row.category === 'ACCOUNT' && row.state === 'OPEN'],
    ['a tag', () => ({ tags: ['vip'] }), (row) => row.tags.includes('vip')],
    ['either of two tags, one given twice', () => ({ tags: ['退款', 'login', ' 退款 '] }), (row) => row.tags.includes('退款') || row.tags.includes('login')],
    ['a tag of what is owned and open', () => ({ tags: ['VIP'], agentIds: [one.id], states: UNFINISHED }), (row) => row.tags.includes('VIP') && row.agentId === one.id && UNFINISHED.includes(row.state)],
    ['a tag nobody gave', () => ({ tags: ['vi'] }), () => false],
    ['what was missed and goes on', () => ({ clockStates: ['BREACHED'] }), isGoing('BREACHED')],
    ['what stands still', () => ({ clockStates: ['PAUSED'] }), isGoing('PAUSED')],
    ['what is urgent and being timed', () => ({ clockStates: ['RUNNING'], priorities: ['P1'] }), (row) => row.priority === 'P1' && isGoing('RUNNING')(row)],
    ['what nobody owns and was missed, of what is not finished', () => ({ clockStates: ['BREACHED'], isUnassigned: true, states: UNFINISHED }), (row) => row.agentId === null && isGoing('BREACHED')(row)],
    ['what is being timed of what is open', () => ({ clockStates: ['RUNNING'], states: ['OPEN'] }), (row) => row.state === 'OPEN' && isGoing('RUNNING')(row)],
    ['what runs out in a span of time', () => ({ clockStates: ['RUNNING'], dueAfter: middle(due, 0), dueBefore: middle(due) }), (row) => row.clocks.some(({ state, dueAt, endedAt }) => state === 'RUNNING' && endedAt === null && dueAt >= middle(due, 0) && dueAt < middle(due))],
    ['what runs out or was missed before an instant', () => ({ dueBefore: middle(due) }), runsOutEarly],
    ['a tag of what runs out or was missed before an instant', () => ({ tags: ['vip'], dueBefore: middle(due) }), (row) => row.tags.includes('vip') && runsOutEarly(row)],
    ['what nobody owns and runs out or was missed before an instant', () => ({ isUnassigned: true, dueBefore: middle(due) }), (row) => row.agentId === null && runsOutEarly(row)],
    ['what is closed and runs out before an instant', () => ({ states: ['CLOSED'], dueBefore: middle(due) }), (row) => row.state === 'CLOSED' && runsOutEarly(row)],
    ['what runs out late', () => ({ clockStates: ['RUNNING'], dueAfter: middle(due), isUnassigned: true }), (row) => row.agentId === null && row.clocks.some(({ state, dueAt, endedAt }) => state === 'RUNNING' && endedAt === null && dueAt >= middle(due))],
    ['what was answered too late in the last hours', () => ({ clockStates: ['BREACHED'], clockTarget: 'FIRST_RESPONSE', clockEndedAfter: middle(ended) }),
      (row) => row.clocks.some(({ target, state, endedAt }) => target === 'FIRST_RESPONSE' && state === 'BREACHED' && endedAt !== null && endedAt >= middle(ended))],
    ['what was met in the last hours', () => ({ clockStates: ['MET'], clockEndedAfter: middle(ended) }), (row) => row.clocks.some(({ state, endedAt }) => state === 'MET' && endedAt !== null && endedAt >= middle(ended))],
    ['what was met', () => ({ clockStates: ['MET'] }), (row) => row.clocks.some((clock) => clock.state === 'MET')],
  ])('%s', async (_name, filterOf, fits) => {
    const filter = filterOf();
    for (const viewer of [desk.agent, one, member]) {
      const held = rows.filter((row) => fits(row) && reaches(viewer, row));
      for (const field of Object.keys(keysOf)) for (const direction of ['ASC', 'DESC']) {
        const expected = [...held].sort(inOrder(field)).map(({ id }) => id);
        expect(await listAll({ filter, orderBy: { field, direction } }, viewer), `${field} ${direction}`).toEqual({ ids: direction === 'ASC' ? expected : expected.reverse(), totalCount: held.length });
      }
    }
  });

  it('walked through tickets of every kind', () => {
    expect(new Set(rows.map((row) => row.state))).toEqual(new Set([...UNFINISHED, 'SOLVED', 'CLOSED']));
    for (const tag of TAGS) expect(rows.some((row) => row.tags.includes(tag))).toBe(true);
    for (const clock of ['RUNNING', 'PAUSED', 'BREACHED']) expect(rows.some(isGoing(clock))).toBe(true);
    const answeredLate = rows.flatMap(({ clocks }) => clocks).filter(({ target, state, endedAt }) => target === 'FIRST_RESPONSE' && state === 'BREACHED' && endedAt !== null);
    for (const isSince of [false, true]) expect(answeredLate.some(({ endedAt }) => (endedAt! >= middle(ended)) === isSince)).toBe(true);
    expect(middle(due, 0) < middle(due)).toBe(true);
  });
});

it('refuses more tags at once than a list can look for', async () => {
  await expect(desk.ask(PAGE, { filter: { tags: Array.from({ length: 11 }, (_, index) => `tag ${index}`) }, first: 1 })).rejects.toThrow('BAD_USER_INPUT');
});
