import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { HOUR, MINUTE, SECOND, type BusinessHours } from '@careline/kit/time';
import { newId } from '@careline/kit/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectDecisionPage } from './decision.store.ts';
import { selectEntriesOf } from './entry.store.ts';
import { keepHours } from './hours.store.ts';
import { isQueueOpen, openSince, opensAt, readHours } from './known-hours.ts';
import { readPlace } from './queue-stream.ts';
import { makeAgent, makeQueue, makeTeam, openMachine, ownersOf, prepareDatabase, settle, startOne, systemOf, type Machine } from './routing.fixtures.ts';
import { saveQueue } from './save-queue.ts';
import { overflowEntries, sweepQueues } from './sweep-routing.ts';

/** Monday to Friday, nine to six in Shanghai. The world begins on Monday at nine there. */
const WEEK: BusinessHours = { timeZone: 'Asia/Shanghai', week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [{ from: 540, to: 1_080 }] : [])), specialDays: {} };
const MONDAY_NINE = Date.parse('2026-11-23T01:00:00Z');

let world: World;
let machine: Machine;
let hoursId: string;

async function tell(content: BusinessHours, version = 1, id = newId('bhr')): Promise<string> {
  await keepHours(machine.db, { hoursId: id, key: `h_${id.slice(-12)}`, version, content });
  return id;
}

const decisionsOf = (conversationId: string) => selectDecisionPage(machine.db, { conversationId, reach: null }, null, true, 10);
const queueOf = async (conversationId: string) => (await selectEntriesOf(machine.db, [conversationId])).get(conversationId)?.queueId ?? null;

beforeAll(async () => {
  world = await createTestWorld([], { startAt: MONDAY_NINE - HOUR });
  machine = await openMachine(world.deps);
  await prepareDatabase(machine);
  hoursId = await tell(WEEK);
});

afterAll(async () => {
  await machine?.close();
  await world?.close();
});

/** The next Monday at eight: an hour before opening. */
beforeEach(() => {
  const now = world.clock.now();
  const weeks = Math.ceil((now - (MONDAY_NINE - HOUR)) / (7 * 24 * HOUR));
  world.clock.advance(MONDAY_NINE - HOUR + weeks * 7 * 24 * HOUR - now);
});

describe('a queue with business hours', () => {
  it('gives out nothing while it is closed, and everything when it opens', async () => {
    const teamId = await makeTeam(machine.db);
    const agentId = await makeAgent(machine.db, { teamIds: [teamId] });
    const into = await makeQueue(machine.db, { teamIds: [teamId], businessHoursId: hoursId });
    const id = await startOne(machine, { into });
    await settle(machine);
    expect((await ownersOf(machine.db)).get(id)).toBeUndefined();
    world.clock.advance(HOUR);
    await sweepQueues(machine);
    expect((await ownersOf(machine.db)).get(id)).toBe(agentId);
  });

  it('tells who waits when it opens and what the organisation has to say, and makes no estimate', async () => {
    const into = await makeQueue(machine.db, { teamIds: [], businessHoursId: hoursId, closedTexts: { zh: '九点见', en: 'See you at nine' } });
    const id = await startOne(machine, { into });
    const opens = world.clock.now() + HOUR;
    expect(await readPlace(systemOf(machine), id)).toMatchObject({ isQueueOpen: false, opensAt: opens, closedTexts: { zh: '九点见', en: 'See you at nine' }, waitP50Seconds: null });
    world.clock.advance(HOUR);
    expect(await readPlace(systemOf(machine), id)).toMatchObject({ isQueueOpen: true, opensAt: null });
  });

  it('passes on at once what comes while it is closed, past every closed one, and says by which hours', async () => {
    const last = await makeQueue(machine.db, { teamIds: [] });
    const middle = await makeQueue(machine.db, { teamIds: [], businessHoursId: hoursId, closedAction: 'OVERFLOW', overflowQueueId: last });
    const first = await makeQueue(machine.db, { teamIds: [], businessHoursId: hoursId, closedAction: 'OVERFLOW', overflowQueueId: middle });
    const id = await startOne(machine, { into: first });
    expect(await queueOf(id)).toBe(last);
    expect((await decisionsOf(id)).map(({ outcome, queueId, inputs }) => ({ outcome, queueId, kind: inputs.kind }))).toEqual([
      { outcome: 'OVERFLOWED', queueId: last, kind: 'CLOSED' }, { outcome: 'OVERFLOWED', queueId: middle, kind: 'CLOSED' }, { outcome: 'QUEUED', queueId: first, kind: 'RETURN' },
    ]);
    expect((await decisionsOf(id))[0]!.inputs).toMatchObject({ hoursId, hoursVersion: 1, queueId: middle });
  });

  it('passes on what still waits when it closes, and keeps its place in time', async () => {
    const other = await makeQueue(machine.db, { teamIds: [] });
    const into = await makeQueue(machine.db, { teamIds: [], businessHoursId: hoursId, closedAction: 'OVERFLOW', overflowQueueId: other });
    world.clock.advance(9 * HOUR + 30 * MINUTE);
    const since = world.clock.now();
    const id = await startOne(machine, { into });
    await overflowEntries(machine);
    expect(await queueOf(id)).toBe(into);
    world.clock.advance(30 * MINUTE);
    await overflowEntries(machine);
    expect((await selectEntriesOf(machine.db, [id])).get(id)).toMatchObject({ queueId: other, since });
  });

  it('counts only open time until overflow', async () => {
    const other = await makeQueue(machine.db, { teamIds: [] });
    const into = await makeQueue(machine.db, { teamIds: [], businessHoursId: hoursId, overflowQueueId: other, overflowSeconds: 60 });
    const id = await startOne(machine, { into });
    world.clock.advance(HOUR + 59 * SECOND);
    await overflowEntries(machine);
    expect(await queueOf(id)).toBe(into);
    world.clock.advance(SECOND);
    await overflowEntries(machine);
    expect(await queueOf(id)).toBe(other);
  });

  it('follows a new version of its hours, and never an older one that is told late', async () => {
    const id = await tell(WEEK, 2);
    const always = { ...WEEK, week: WEEK.week.map(() => [{ from: 0, to: 1_440 }]) };
    await tell(always, 3, id);
    await tell(WEEK, 2, id);
    const hours = await readHours(machine, machine.db);
    expect(hours.get(id)!.version).toBe(3);
    expect(isQueueOpen({ businessHoursId: id }, hours, world.clock.now())).toBe(true);
  });

  it('is open without hours, and while its hours were never told', async () => {
    const hours = await readHours(machine, machine.db);
    for (const businessHoursId of [null, newId('bhr')]) {
      expect(isQueueOpen({ businessHoursId }, hours, world.clock.now())).toBe(true);
      expect(opensAt({ businessHoursId }, hours, world.clock.now())).toBeNull();
    }
  });

  it.each([
    ['within one opening', 10 * HOUR, 30 * MINUTE, 9 * HOUR + 30 * MINUTE],
    ['across the night', 25 * HOUR + 10 * MINUTE, 20 * MINUTE, 9 * HOUR + 50 * MINUTE],
  ])('has been open for so long since the right instant: %s', async (_name, after, ms, since) => {
    const eight = world.clock.now();
    const hours = await readHours(machine, machine.db);
    expect(openSince({ businessHoursId: hoursId }, hours, eight + after, ms)).toBe(eight + since);
  });
});

describe('saveQueue', () => {
  it('takes hours, what happens outside them and what is told, and takes each away again', async () => {
    const admin = machine.contextOf(agentIdentity({ role: 'admin' }));
    const other = await makeQueue(machine.db, { teamIds: [] });
    const made = await saveQueue(admin, { name: '夜班', key: 'night', businessHoursId: hoursId, overflowQueueId: other, overflowSeconds: 60, closedAction: 'OVERFLOW', closedWords: { zh: ' 明天见 ', en: '' } });
    expect(made).toMatchObject({ businessHoursId: hoursId, closedAction: 'OVERFLOW', overflowQueueId: other, closedTexts: { zh: '明天见', en: '明天见' } });
    expect(await saveQueue(admin, { queueId: made.id, businessHoursId: '', overflowQueueId: '', overflowSeconds: 0, closedWords: { zh: '', en: '' } })).toMatchObject({ businessHoursId: null, overflowQueueId: null, overflowSeconds: null, closedTexts: null, closedAction: 'OVERFLOW' });
  });
});
