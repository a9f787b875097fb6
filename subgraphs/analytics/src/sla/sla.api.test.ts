import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { endedClock, endedConversationClock, tellClocks } from '../testing/ended-clocks.ts';

const ATTAINMENT = `query ($range: DateRangeInput!, $groupBy: [SlaDimension!]!, $filter: SlaFactFilter, $asOf: DateTime, $first: Int, $after: String) {
  slaAttainment(range: $range, groupBy: $groupBy, filter: $filter, asOf: $asOf, first: $first, after: $after) {
    nodes { day priority target teamId team { id } categoryKey subject metCount breachedCount rate usedSecondsMean } pageInfo { hasNextPage endCursor } totalCount } }`;
const FACTS = `query ($afterRowVersion: String, $filter: SlaFactFilter, $first: Int, $after: String) { slaClockFacts(afterRowVersion: $afterRowVersion, filter: $filter, first: $first, after: $after) {
  nodes { clockId rowVersion subject ticketId conversationId target state priority teamId agentId categoryKey startedAt dueAt endedAt budgetSeconds usedSeconds pausedSeconds escalationCount policyVersion }
  pageInfo { hasNextPage endCursor } totalCount } }`;

const analyst = agentIdentity({ role: 'analyst' });
const at = (text: string) => Date.parse(text);
let world: World;
beforeEach(async () => {
  world = await createTestWorld(createAnalytics);
  return () => world.close();
});

const ask = async (document: string, variables: object, viewer = analyst) => {
  const { data, errors } = await world.execute('analytics', document, { first: 100, ...variables }, viewer);
  if (errors) throw new Error(errors.map((error) => `${String(error.extensions.code)} ${error.message}`).join('; '));
  return data;
};
const attainment = async (variables: object, viewer = analyst) => (await ask(ATTAINMENT, { groupBy: [], ...variables }, viewer)).slaAttainment.nodes;
const facts = async (variables: object = {}, viewer = analyst) => (await ask(FACTS, variables, viewer)).slaClockFacts;

describe('attainment', () => {
  it('counts each clock on the local day it ended, to the millisecond, also where clocks change', async () => {
    const instants = ['2026-03-08T04:59:59.999Z', '2026-03-08T05:00:00.000Z', '2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00.000Z'];
    await tellClocks(world, instants.map((instant) => endedClock(at(instant))));
    const days = async (timeZone: string) => (await attainment({ range: { from: '2026-03-07', to: '2026-03-09', timeZone }, groupBy: ['DAY'] })).map((row: any) => [row.day, row.metCount]);
    expect(await days('America/New_York')).toEqual([['2026-03-07', 1], ['2026-03-08', 2], ['2026-03-09', 1]]);
    expect(await days('Asia/Shanghai')).toEqual([['2026-03-08', 2], ['2026-03-09', 2]]);
  });

  it('is met ÷ (met + breached), split by what is asked for, weeks by their Monday and months by their first day', async () => {
    const team = newId('tem');
    const end = at('2026-11-22T02:00:00Z');
    await tellClocks(world, [
      endedClock(end, { teamId: team, priority: 'P0' }), endedClock(end, { state: 'BREACHED', usedMs: 30 * MINUTE, teamId: team }), endedClock(end + 24 * 60 * MINUTE, { target: 'RESOLUTION', categoryKey: 'ACCOUNT' }),
    ]);
    const range = { from: '2026-11-22', to: '2026-11-23' };
    expect(await attainment({ range })).toEqual([{ day: null, priority: null, target: null, teamId: null, team: null, categoryKey: null, subject: null, metCount: 2, breachedCount: 1, rate: 2 / 3, usedSecondsMean: 1_000 }]);
    expect((await attainment({ range, groupBy: ['TEAM'] })).map((row: any) => [row.team?.id ?? null, row.rate])).toEqual([[team, 0.5], [null, 1]]);
    expect((await attainment({ range, groupBy: ['WEEK', 'TARGET'] })).map((row: any) => [row.day, row.target, row.metCount])).toEqual([['2026-11-16', 'FIRST_RESPONSE', 1], ['2026-11-23', 'RESOLUTION', 1]]);
    expect((await attainment({ range, groupBy: ['MONTH'] })).map((row: any) => [row.day, row.metCount, row.breachedCount])).toEqual([['2026-11-01', 2, 1]]);
    expect((await attainment({ range, filter: { targets: ['FIRST_RESPONSE'], priorities: ['P1'], teamIds: [team], categoryKeys: ['PAYMENT'] } }))[0]).toMatchObject({ metCount: 0, breachedCount: 1, rate: 0 });
    expect(await attainment({ range, filter: { teamIds: ['nonsense'] } })).toMatchObject([{ metCount: 0, rate: null, usedSecondsMean: null }]);
    await expect(attainment({ range, groupBy: ['DAY', 'WEEK'] })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('counts conversations beside tickets, told apart by what the promise is for', async () => {
    const end = at('2026-11-23T02:00:00Z');
    await tellClocks(world, [endedClock(end), endedClock(end, { state: 'BREACHED' }), endedConversationClock(end), endedConversationClock(end, { priority: 'P0' })]);
    const range = { from: '2026-11-23', to: '2026-11-23' };
    expect(await attainment({ range })).toMatchObject([{ metCount: 3, breachedCount: 1 }]);
    expect((await attainment({ range, groupBy: ['SUBJECT'] })).map((row: any) => [row.subject, row.metCount, row.breachedCount])).toEqual([['CONVERSATION', 2, 0], ['TICKET', 1, 1]]);
    expect((await attainment({ range, groupBy: ['SUBJECT', 'PRIORITY', 'CATEGORY'] })).map((row: any) => [row.subject, row.priority, row.categoryKey])).toEqual([
      ['CONVERSATION', 'P0', null], ['CONVERSATION', 'P1', null], ['TICKET', 'P1', 'PAYMENT'],
    ]);
    const met = async (filter: object) => (await attainment({ range, filter }))[0].metCount;
    expect([await met({ subjects: ['TICKET'] }), await met({ subjects: ['CONVERSATION'] }), await met({ subjects: ['TICKET', 'CONVERSATION'] }), await met({ subjects: [] })]).toEqual([1, 2, 3, 0]);
    expect(await met({ categoryKeys: ['PAYMENT'] })).toBe(1);
  });

  it('shows agents their own, supervisors their teams and queues, analysts all', async () => {
    const [agentId, teamId, queueId] = [newId('agt'), newId('tem'), newId('que')];
    const end = at('2026-11-23T02:00:00Z');
    await tellClocks(world, [endedClock(end, { agentId }), endedClock(end, { teamId }), endedClock(end, { queueId }), endedClock(end)]);
    const met = async (viewer: ReturnType<typeof agentIdentity>) => (await attainment({ range: { from: '2026-11-23', to: '2026-11-23' } }, viewer))[0].metCount;
    expect(await met(agentIdentity({ id: agentId, teamIds: [teamId] }))).toBe(1);
    expect(await met(agentIdentity())).toBe(0);
    expect(await met(agentIdentity({ role: 'supervisor', teamIds: [teamId], queueIds: [queueId] }))).toBe(2);
    expect(await met(analyst)).toBe(4);
  });

  it('tells what was known at an instant, also after a clock went on', async () => {
    const clock = endedClock(at('2026-11-23T01:00:00Z'), { target: 'RESOLUTION' });
    await tellClocks(world, [clock]);
    const asOf = new Date(world.clock.now()).toISOString();
    world.clock.advance(MINUTE);
    await tellClocks(world, [{ ...clock, seq: 5, state: 'RUNNING', endedAt: null }]);
    const range = { from: '2026-11-23', to: '2026-11-23' };
    expect(await attainment({ range })).toMatchObject([{ metCount: 0, rate: null }]);
    expect(await attainment({ range, asOf })).toMatchObject([{ metCount: 1, rate: 1 }]);
  });
});

describe('facts of clocks', () => {
  it('hold the last telling, whatever the order and however often it comes', async () => {
    const end = at('2026-11-23T00:30:00Z');
    const met = endedClock(end, { target: 'RESOLUTION' });
    const tellings = [met, { ...met, seq: 5, state: 'RUNNING' as const, endedAt: null }, { ...met, seq: 9, state: 'BREACHED' as const, endedAt: end + 20 * MINUTE, escalationCount: 1, pausedMs: 90 * SECOND }];
    await tellClocks(world, [tellings[2]!, tellings[0]!]);
    await tellClocks(world, [tellings[1]!, tellings[2]!]);
    const { nodes, totalCount } = await facts();
    expect(totalCount).toBe(1);
    expect(nodes).toEqual([expect.objectContaining({
      clockId: met.clockId, ticketId: met.ticketId, state: 'BREACHED', endedAt: new Date(end + 20 * MINUTE).toISOString(), budgetSeconds: 900, usedSeconds: 600, pausedSeconds: 90, escalationCount: 1, policyVersion: 1,
    })]);
  });

  it('are pulled page by page and from the last version on, without a miss or a double', async () => {
    const clocks = Array.from({ length: 7 }, () => endedClock(at('2026-11-23T00:30:00Z')));
    await tellClocks(world, clocks);
    const first = await facts({ first: 3 });
    const rest = await facts({ first: 10, after: first.pageInfo.endCursor });
    const all = [...first.nodes, ...rest.nodes];
    expect(new Set(all.map((row: any) => row.clockId))).toEqual(new Set(clocks.map(({ clockId }) => clockId)));
    const last = all.at(-1).rowVersion;
    expect((await facts({ afterRowVersion: last })).nodes).toEqual([]);
    await tellClocks(world, [{ ...clocks[0]!, seq: 4, state: 'RUNNING', endedAt: null }]);
    expect((await facts({ afterRowVersion: last })).nodes.map((row: any) => [row.clockId, row.state, row.endedAt])).toEqual([[clocks[0]!.clockId, 'RUNNING', null]]);
    await expect(facts({ afterRowVersion: 'x' })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('name the conversation of a clock where there is no ticket, and go on when it is opened again', async () => {
    const clock = endedConversationClock(at('2026-11-23T00:30:00Z'), { target: 'RESOLUTION', state: 'BREACHED' });
    await tellClocks(world, [clock, endedClock(at('2026-11-23T00:30:00Z'))]);
    expect((await facts()).nodes.find((row: any) => row.clockId === clock.clockId)).toMatchObject({ subject: 'CONVERSATION', ticketId: null, conversationId: clock.conversationId, categoryKey: null, state: 'BREACHED' });
    expect((await facts({ filter: { subjects: ['TICKET'] } })).nodes).toEqual([expect.objectContaining({ subject: 'TICKET', ticketId: expect.any(String), conversationId: null })]);
    await tellClocks(world, [{ ...clock, seq: clock.seq + 1, state: 'RUNNING', endedAt: null }]);
    expect((await facts({ filter: { subjects: ['CONVERSATION'] } })).nodes).toEqual([expect.objectContaining({ clockId: clock.clockId, state: 'RUNNING', endedAt: null })]);
  });

  it('are no business of an agent, and leave an audit entry when they are pulled', async () => {
    await expect(facts({}, agentIdentity())).rejects.toThrow('FORBIDDEN');
    await facts();
    await world.drainEvents();
    const db = await world.database('analytics');
    expect(await db.query('SELECT verb FROM audit_entries')).toEqual([{ verb: 'analytics:export' }]);
  });
});

it('every metric says in both languages what it is', async () => {
  const { metrics } = await ask('{ metrics { name meaningZh meaningEn formula grain unit } }', {});
  expect(metrics.map((metric: any) => metric.name)).toContain('sla_attainment');
  expect(metrics.every((metric: any) => Object.values(metric).every(Boolean))).toBe(true);
});
