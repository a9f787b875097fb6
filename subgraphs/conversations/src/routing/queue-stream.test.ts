import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { binaryToId, idToBinary } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQueuePosition, openQueues, readPlace } from './queue-stream.ts';
import { closeOne, makeAgent, makeQueue, makeTeam, openMachine, prepareDatabase, settle, stand, startOne, systemOf, type Machine } from './routing.fixtures.ts';

let world: World;
let machine: Machine;

beforeAll(async () => {
  world = await createTestWorld([]);
  machine = await openMachine(world.deps);
  await prepareDatabase(machine);
});

afterAll(async () => {
  await machine?.close();
  await world?.close();
});

async function visitorOf(conversationId: string) {
  const [row] = await machine.db.query<{ customer_id: Buffer }>('SELECT customer_id FROM conversations WHERE id = ?', [idToBinary(conversationId)]);
  return machine.contextOf(customerIdentity({ id: binaryToId('cus', row!.customer_id) }));
}

describe('the place of a waiting conversation', () => {
  it('comes first as it is, then with each change, and is null once somebody answers', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], presence: 'OFFLINE', capacity: 1 });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(await startOne(machine, { into: queue }));
      world.clock.advance(SECOND);
    }
    await settle(machine);
    const stream = await openQueuePosition(await visitorOf(ids[2]!), ids[2]!);
    const next = async () => (await stream.next()).value.entry;
    expect(await next()).toMatchObject({ conversationId: ids[2], ahead: 2, waitP50Seconds: null, waitP90Seconds: null });
    await closeOne(machine, ids[1]!);
    expect(await next()).toMatchObject({ ahead: 1 });
    await stand(machine, agent, 'ONLINE');
    expect(await next()).toMatchObject({ ahead: 0 });
    await closeOne(machine, ids[0]!);
    expect(await next()).toBeNull();
    await stream.return();
  });

  it('is hidden from everybody who may not read the conversation', async () => {
    const id = await startOne(machine, { into: await makeQueue(machine.db, { teamIds: [] }) });
    await expect(openQueuePosition(machine.contextOf(customerIdentity()), id).then((stream) => stream.next())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(openQueuePosition(machine.contextOf(agentIdentity()), id).then((stream) => stream.next())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('comes with an estimate from the fifth wait on that ended within half an hour', async () => {
    const team = await makeTeam(machine.db);
    await makeAgent(machine.db, { teamIds: [team], capacity: 1 });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const ids: string[] = [];
    for (let count = 0; count < 9; count += 1) ids.push(await startOne(machine, { into: queue }));
    await settle(machine);
    const estimateOf = async (id: string) => {
      world.clock.advance(5 * SECOND);
      return readPlace(systemOf(machine), id);
    };
    for (let turn = 0; turn < 4; turn += 1) {
      world.clock.advance(60 * SECOND);
      await closeOne(machine, ids[turn]!);
      await settle(machine);
    }
    expect(await estimateOf(ids[8]!)).toMatchObject({ ahead: 3, waitP50Seconds: null });
    world.clock.advance(55 * SECOND);
    await closeOne(machine, ids[4]!);
    await settle(machine);
    const placed = await estimateOf(ids[8]!);
    expect(placed!.ahead).toBe(2);
    expect(placed!.waitP50Seconds).toBe(180);
    world.clock.advance(31 * 60 * SECOND);
    expect(await estimateOf(ids[8]!)).toMatchObject({ waitP50Seconds: null });
  });
});

describe('the wall board', () => {
  it('shows all queues first, then those that changed', async () => {
    const queue = await makeQueue(machine.db, { teamIds: [] });
    const stream = await openQueues(machine.contextOf(agentIdentity({ role: 'supervisor' })), null);
    const first = (await stream.next()).value.queues.map(({ id }: { id: string }) => id);
    expect(first).toContain(queue);
    await startOne(machine, { into: queue });
    expect((await stream.next()).value.queues.map(({ id }: { id: string }) => id)).toEqual([queue]);
    await stream.return();
  });

  it('shows only queues that were asked for and lie in scope', async () => {
    const [mine, asked] = [await makeQueue(machine.db, { teamIds: [] }), await makeQueue(machine.db, { teamIds: [] })];
    const narrow = machine.contextOf(agentIdentity({ grants: { 'queue:read': 'TEAM' }, queueIds: [mine] }));
    const all = await openQueues(narrow, null);
    expect((await all.next()).value.queues.map(({ id }: { id: string }) => id)).toEqual([mine]);
    const outside = await openQueues(narrow, [asked]);
    expect((await outside.next()).value.queues).toEqual([]);
    await Promise.all([all.return(), outside.return()]);
  });
});
