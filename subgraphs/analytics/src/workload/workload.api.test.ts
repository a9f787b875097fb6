import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { conversationAssigned, conversationClosed, conversationRated, conversationStarted, messageSent, type Envelope, type EventDraft } from '@careline/schema/events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';

const DAYS = `query ($range: DateRangeInput!, $groupBy: [WorkloadDimension!]!, $agentIds: [ID!], $asOf: DateTime, $first: Int, $after: String, $last: Int, $before: String) {
  conversationDays(range: $range, groupBy: $groupBy, agentIds: $agentIds, asOf: $asOf, first: $first, after: $after, last: $last, before: $before) {
    nodes { day agentId agent { id } teamId queueId channelKind startedCount closedCount botClosedCount customerMessageCount agentMessageCount botMessageCount waitSecondsMean ratingMean ratingCount }
    pageInfo { hasNextPage startCursor endCursor } totalCount } }`;
const WORKLOAD = 'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Agent { workload { conversationCount messageCount firstResponseSecondsMean ratingMean teamConversationMean completeUntil } } } }';

/** Who belongs to which team, as conversations tells it. */
const directory = {
  isAway: false,
  teams: new Map<string, string[]>(),
  async query<Data>(): Promise<Data> {
    if (directory.isAway) throw appError('UNAVAILABLE');
    return { agents: { nodes: [...directory.teams].map(([id, teams]) => ({ id, teams: teams.map((team) => ({ id: team })) })), pageInfo: { hasNextPage: false, endCursor: null } } } as Data;
  },
};

let world: World;
const analyst = agentIdentity({ role: 'analyst' });
beforeAll(async () => void (world = await createTestWorld(createAnalytics, { deps: { services: directory } })));
afterAll(() => world.close());
beforeEach(() => {
  directory.isAway = false;
});

const at = (instant: string) => Date.parse(instant);
const event = (instant: string, draft: EventDraft): Envelope => ({ id: newId('evt'), at: at(instant), ...draft });
const deliver = async (envelopes: Envelope[]) => {
  await world.deps.bus.publish('conversations', envelopes);
  await world.drainEvents();
};
const days = async (variables: object, viewer = analyst) => {
  const { data, errors } = await world.execute('analytics', DAYS, { groupBy: [], first: 100, ...variables }, viewer);
  expect(errors).toBeUndefined();
  return data.conversationDays;
};

/** One conversation on one day, from its beginning to its rating. */
function life(day: string, changes: { queueId?: string; agentId?: string; channelKind?: string } = {}) {
  const facts = { conversationId: newId('cnv'), number: '1', customerId: newId('cus'), channelKind: changes.channelKind ?? 'WEB', queueId: changes.queueId ?? newId('que') };
  const agentId = changes.agentId ?? newId('agt');
  const key = facts.conversationId;
  const said = (time: string, seq: number, authorKind: 'CUSTOMER' | 'AGENT' | 'BOT', visibility: 'PUBLIC' | 'INTERNAL' = 'PUBLIC') => event(`${day}T${time}Z`, messageSent.make(key, {
    ...facts, messageId: newId('msg'), seq, authorKind, authorId: authorKind === 'AGENT' ? agentId : null, visibility, attachmentIds: [],
  }));
  const events = [
    event(`${day}T02:00:00Z`, conversationStarted.make(key, facts)), said('02:00:01', 1, 'CUSTOMER'), said('02:00:02', 2, 'BOT'),
    event(`${day}T02:01:00Z`, conversationAssigned.make(key, { ...facts, agentId, agentName: '小林', waitedSeconds: 60 })),
    said('02:02:00', 3, 'AGENT'), said('02:02:30', 4, 'AGENT', 'INTERNAL'), said('02:03:00', 5, 'CUSTOMER'),
    event(`${day}T02:10:00Z`, conversationClosed.make(key, { ...facts, agentId, by: 'AGENT' })),
    event(`${day}T02:11:00Z`, conversationRated.make(key, { ...facts, agentId, score: 4 })),
  ];
  return { facts, agentId, events };
}
const ONE_LIFE = { startedCount: 1, closedCount: 1, botClosedCount: 0, customerMessageCount: 2, agentMessageCount: 1, botMessageCount: 1, waitSecondsMean: 60, ratingMean: 4, ratingCount: 1 };

describe('facts', () => {
  it('count everything once when events come twice and in any order', async () => {
    const day = '2026-01-05';
    const { events, agentId } = life(day);
    const shuffled = events.map((one, index) => ({ one, place: (index * 7 + 3) % events.length })).sort((a, b) => a.place - b.place).map(({ one }) => one);
    await deliver(shuffled);
    await deliver(events);
    await deliver(shuffled.toReversed());
    expect((await days({ range: { from: day, to: day } })).nodes).toEqual([expect.objectContaining(ONE_LIFE)]);
    expect((await days({ range: { from: day, to: day }, groupBy: ['DAY', 'AGENT', 'CHANNEL'] })).nodes).toEqual([expect.objectContaining({ ...ONE_LIFE, day, agentId, agent: { id: agentId }, channelKind: 'WEB', queueId: null })]);
  });

  it('have row versions that rise and never come twice', async () => {
    await deliver(Array.from({ length: 5 }, (_, index) => life(`2026-01-1${index}`).events).flat());
    const db = await world.database('analytics');
    const rows = await db.query<{ row_version: number }>('SELECT row_version FROM message_facts ORDER BY known_from, row_version');
    expect(new Set(rows.map((row) => row.row_version)).size).toBe(rows.length);
  });

  it('tell what was known at an instant, also after more is known', async () => {
    const day = '2026-02-02';
    const { events } = life(day);
    await deliver(events.slice(0, 3));
    const asOf = new Date(world.clock.now()).toISOString();
    await world.clock.advance(60_000);
    await deliver(events.slice(3));
    const range = { from: day, to: day };
    expect((await days({ range, asOf })).nodes[0]).toMatchObject({ startedCount: 1, closedCount: 0, customerMessageCount: 1, agentMessageCount: 0, ratingMean: null, waitSecondsMean: null });
    expect((await days({ range })).nodes[0]).toMatchObject(ONE_LIFE);
  });
});

describe('conversationDays', () => {
  it('puts each event on its local day, also where clocks change', async () => {
    const facts = { number: '1', customerId: newId('cus'), channelKind: 'APP', queueId: newId('que') };
    // 8 March 2026 has 23 hours in New York: from 05:00Z to 04:00Z of the next day.
    const instants = ['2026-03-08T04:59:59.999Z', '2026-03-08T05:00:00.000Z', '2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00.000Z'];
    await deliver(instants.map((instant) => {
      const conversationId = newId('cnv');
      return event(instant, conversationStarted.make(conversationId, { ...facts, conversationId }));
    }));
    const counts = async (timeZone: string) => (await days({ range: { from: '2026-03-07', to: '2026-03-09', timeZone }, groupBy: ['DAY'] })).nodes.map((row: any) => [row.day, row.startedCount]);
    expect(await counts('America/New_York')).toEqual([['2026-03-07', 1], ['2026-03-08', 2], ['2026-03-09', 1]]);
    expect(await counts('Asia/Shanghai')).toEqual([['2026-03-08', 2], ['2026-03-09', 2]]);
  });

  it('shows agents their own, supervisors those of their queues, analysts all, customers nothing', async () => {
    const day = '2026-04-01';
    const [mine, theirs] = [life(day), life(day)];
    await deliver([...mine.events, ...theirs.events]);
    const started = async (viewer: ReturnType<typeof agentIdentity>) => (await days({ range: { from: day, to: day } }, viewer)).nodes[0].startedCount;
    expect(await started(agentIdentity({ id: mine.agentId }))).toBe(1);
    expect(await started(agentIdentity())).toBe(0);
    expect(await started(agentIdentity({ role: 'supervisor', queueIds: [theirs.facts.queueId] }))).toBe(1);
    expect(await started(analyst)).toBe(2);
    expect((await days({ range: { from: day, to: day }, agentIds: [theirs.agentId] })).nodes[0]).toMatchObject(ONE_LIFE);
    expect((await world.execute('analytics', DAYS, { range: { from: day, to: day }, groupBy: [], first: 1 }, customerIdentity())).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('adds agents up to teams, and says when nobody knows the teams', async () => {
    const day = '2026-05-01';
    const team = newId('tem');
    const lives = [life(day), life(day), life(day)];
    for (const { agentId } of lives.slice(0, 2)) directory.teams.set(agentId, [team]);
    await deliver(lives.flatMap(({ events }) => events));
    await world.clock.advance(61_000);
    const rows = (await days({ range: { from: day, to: day }, groupBy: ['TEAM'] })).nodes;
    expect(rows.map((row: any) => [row.teamId, row.agentId, row.startedCount])).toEqual([[team, null, 2], [null, null, 1]]);
    directory.isAway = true;
    await world.clock.advance(61_000);
    const { errors } = await world.execute('analytics', DAYS, { range: { from: day, to: day }, groupBy: ['TEAM'], first: 1 }, analyst);
    expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    expect((await days({ range: { from: day, to: day }, groupBy: ['AGENT'] })).nodes).toHaveLength(3);
  });

  it('is read page by page from both ends, and has one row of zeros for an empty range', async () => {
    const range = { from: '2026-06-01', to: '2026-06-05' };
    await deliver([1, 2, 3, 4, 5].flatMap((day) => life(`2026-06-0${day}`).events));
    const all = (await days({ range, groupBy: ['DAY'] })).nodes.map((row: any) => row.day);
    const first = await days({ range, groupBy: ['DAY'], first: 2 });
    const rest = await days({ range, groupBy: ['DAY'], first: 10, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...rest.nodes].map((row: any) => row.day)).toEqual(all);
    const last = await days({ range, groupBy: ['DAY'], first: null, last: 2 });
    const before = await days({ range, groupBy: ['DAY'], first: null, last: 10, before: last.pageInfo.startCursor });
    expect([...before.nodes, ...last.nodes].map((row: any) => row.day)).toEqual(all);
    expect((await days({ range: { from: '2020-01-01', to: '2020-01-01' } })).nodes[0]).toMatchObject({ startedCount: 0, waitSecondsMean: null, ratingMean: null });
  });
});

describe('Agent.workload', () => {
  it('counts an agent’s own day in the organisation’s zone, beside the team’s mean', async () => {
    const team = newId('tem');
    const [mine, mate] = [life('2026-11-23'), life('2026-11-23')];
    const yesterday = life('2026-11-22', { agentId: mine.agentId });
    directory.teams.set(mine.agentId, [team]).set(mate.agentId, [team]);
    await deliver([...mine.events, ...mate.events, ...yesterday.events, ...life('2026-11-23', { agentId: mine.agentId }).events]);
    await world.clock.advance(61_000);
    const read = async (viewer: ReturnType<typeof agentIdentity>) => (await world.execute('analytics', WORKLOAD, { refs: [{ __typename: 'Agent', id: mine.agentId }] }, viewer)).data._entities[0].workload;
    const own = await read(agentIdentity({ id: mine.agentId }));
    expect(own).toMatchObject({ conversationCount: 2, messageCount: 2, firstResponseSecondsMean: 120, ratingMean: 4, teamConversationMean: 1.5 });
    expect(Date.parse(own.completeUntil)).toBe(at('2026-11-23T02:10:59Z'));
    expect(await read(agentIdentity({ role: 'supervisor', teamIds: [team] }))).toEqual(own);
    expect(await read(agentIdentity({ role: 'supervisor', teamIds: [newId('tem')] }))).toBeNull();
    expect(await read(agentIdentity())).toBeNull();
    directory.isAway = true;
    await world.clock.advance(61_000);
    expect(await read(agentIdentity({ id: mine.agentId }))).toMatchObject({ conversationCount: 2, teamConversationMean: null });
  });
});
