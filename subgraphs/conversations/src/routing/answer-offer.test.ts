import { createTestWorld, agentIdentity, type World } from '@careline/kit/testing';
import { idToBinary } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignOwner } from '../conversation/index.ts';
import { acceptConversation, declineConversation } from './answer-offer.ts';
import { selectDecisionPage } from './decision.store.ts';
import { selectEntriesOf } from './entry.store.ts';
import { selectOpenOffersOf } from './offer.store.ts';
import { closeOne, makeAgent, makeQueue, makeTeam, openMachine, ownersOf, prepareDatabase, settle, stand, startOne, type Machine } from './routing.fixtures.ts';
import { expireOffers, KEEPS_WORK_MS, overflowEntries, returnLostWork, sweepQueues } from './sweep-routing.ts';

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

const offerOf = async (id: string) => (await selectOpenOffersOf(machine.db, [id])).get(id);
const entryOf = async (id: string) => (await selectEntriesOf(machine.db, [id])).get(id);
const ownerOf = async (id: string) => (await ownersOf(machine.db)).get(id) ?? null;
const outcomesOf = async (conversationId: string) => (await selectDecisionPage(machine.db, { conversationId, reach: null }, null, true, 50)).map(({ outcome }) => outcome);
const speakAs = (agentId: string, on = machine) => on.contextOf(agentIdentity({ id: agentId }));

/** A queue that asks two agents, the first one first, and a conversation that waits for an answer. */
async function makeOffer({ acceptSeconds = 15 } = {}) {
  const team = await makeTeam(machine.db);
  const agents = [await makeAgent(machine.db, { teamIds: [team] }), await makeAgent(machine.db, { teamIds: [team] })].sort();
  const queue = await makeQueue(machine.db, { teamIds: [team], acceptSeconds });
  const id = await startOne(machine, { into: queue });
  await settle(machine);
  const offer = (await offerOf(id))!;
  return { id, queue, offer, first: offer.agentId, second: agents.find((agent) => agent !== offer.agentId)! };
}

describe('an offer', () => {
  it('becomes the owner\'s when accepted in time, also when he asks twice', async () => {
    const { id, offer, first } = await makeOffer();
    world.clock.advance(14 * SECOND);
    expect(await acceptConversation(speakAs(first), offer.id)).toEqual({ conversationId: id });
    expect(await acceptConversation(speakAs(first), offer.id)).toEqual({ conversationId: id });
    expect(await ownerOf(id)).toBe(first);
    expect(await entryOf(id)).toBeUndefined();
    expect(await outcomesOf(id)).toEqual(['ASSIGNED', 'OFFERED', 'QUEUED']);
  });

  it('cannot be accepted at the very instant it ends, nor after', async () => {
    const { id, offer, first } = await makeOffer();
    world.clock.advance(15 * SECOND);
    await expect(acceptConversation(speakAs(first), offer.id)).rejects.toMatchObject({ code: 'EXPIRED' });
    expect(await ownerOf(id)).toBeNull();
  });

  it('is nobody else\'s business', async () => {
    const { offer, second } = await makeOffer();
    await expect(acceptConversation(speakAs(second), offer.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(declineConversation(speakAs(second), offer.id, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is refused to a caller without conversation:accept', async () => {
    const { offer, first } = await makeOffer();
    const speechless = machine.contextOf(agentIdentity({ id: first, grants: {} }));
    await expect(acceptConversation(speechless, offer.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(declineConversation(speechless, offer.id, null)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('goes to the next agent at once when declined, who is told nothing of the reason', async () => {
    const { id, offer, first, second } = await makeOffer();
    expect(await declineConversation(speakAs(first), offer.id, '正在开会')).toEqual({ isDeclined: true });
    await settle(machine);
    expect((await offerOf(id))!.agentId).toBe(second);
    expect(await declineConversation(speakAs(first), offer.id, null)).toEqual({ isDeclined: null });
    const [{ hits }] = (await machine.db.query<{ hits: number }>("SELECT COUNT(*) AS hits FROM offers WHERE reason_enc LIKE CONCAT('%', ?, '%')", ['开会'])) as [{ hits: number }];
    expect(Number(hits)).toBe(0);
  });

  it('goes to the next agent when its time is over, also when the process was started anew in between', async () => {
    const { id, first, second } = await makeOffer();
    world.clock.advance(15 * SECOND);
    const restarted = await openMachine(world.deps);
    await expireOffers(restarted);
    await settle(restarted);
    await restarted.close();
    const next = (await offerOf(id))!;
    expect(next.agentId).toBe(second);
    const [offered] = await selectDecisionPage(machine.db, { conversationId: id, reach: null }, null, true, 1);
    expect(offered!.candidates.find(({ agentId }) => agentId === first)!.excludedBecause).toBe('DECLINED');
    expect(await acceptConversation(speakAs(second), next.id)).toEqual({ conversationId: id });
  });

  it('comes back to those who declined after a minute, when all did', async () => {
    const { id, offer, first, second } = await makeOffer();
    await declineConversation(speakAs(first), offer.id, null);
    await settle(machine);
    await declineConversation(speakAs(second), (await offerOf(id))!.id, null);
    await settle(machine);
    expect(await offerOf(id)).toBeUndefined();
    world.clock.advance(MINUTE);
    await sweepQueues(machine);
    expect((await offerOf(id))!.agentId).toBe(first);
  });

  it('lets those behind pass when everybody declined the first', async () => {
    const { id, queue, offer, first, second } = await makeOffer();
    await declineConversation(speakAs(first), offer.id, null);
    await settle(machine);
    await declineConversation(speakAs(second), (await offerOf(id))!.id, null);
    const later = await startOne(machine, { into: queue });
    await settle(machine);
    expect(await offerOf(id)).toBeUndefined();
    expect(await offerOf(later)).toBeDefined();
  });

  it('has exactly one end when accept, decline and expiry meet', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, offer, first } = await makeOffer();
      const results = await Promise.allSettled([acceptConversation(speakAs(first), offer.id), declineConversation(speakAs(first), offer.id, null)]);
      const isAccepted = results[0]!.status === 'fulfilled';
      const isDeclined = results[1]!.status === 'fulfilled' && (results[1] as PromiseFulfilledResult<{ isDeclined: unknown }>).value.isDeclined === true;
      expect([isAccepted, isDeclined].filter(Boolean)).toHaveLength(1);
      expect(await ownerOf(id)).toBe(isAccepted ? first : null);
    }
  });

  it('holds a place of the agent it is made to', async () => {
    const team = await makeTeam(machine.db);
    await makeAgent(machine.db, { teamIds: [team], capacity: 1 });
    const queue = await makeQueue(machine.db, { teamIds: [team], acceptSeconds: 15 });
    const ids = [await startOne(machine, { into: queue }), await startOne(machine, { into: queue })];
    await settle(machine);
    expect([await offerOf(ids[0]!), await offerOf(ids[1]!)].map(Boolean)).toEqual([true, false]);
    await closeOne(machine, ids[0]!);
    await settle(machine);
    await sweepQueues(machine);
    expect(await offerOf(ids[1]!)).toBeDefined();
  });

  it('is taken back when the agent goes offline', async () => {
    const { id, first, second } = await makeOffer();
    await stand(machine, first, 'OFFLINE');
    await settle(machine);
    expect((await offerOf(id))!.agentId).toBe(second);
  });
});

describe('overflow', () => {
  it('passes on what waited too long, which keeps its begin', async () => {
    const [empty, staffed] = [await makeTeam(machine.db), await makeTeam(machine.db)];
    const helper = await makeAgent(machine.db, { teamIds: [staffed] });
    const second = await makeQueue(machine.db, { teamIds: [staffed], acceptSeconds: 30 });
    const queue = await makeQueue(machine.db, { teamIds: [empty], overflowQueueId: second, overflowSeconds: 60 });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    const since = (await entryOf(id))!.since;
    world.clock.advance(60 * SECOND - 1);
    await overflowEntries(machine);
    expect((await entryOf(id))!.queueId).toBe(queue);
    world.clock.advance(1);
    await overflowEntries(machine);
    await settle(machine);
    expect(await entryOf(id)).toMatchObject({ queueId: second, since });
    expect((await offerOf(id))!.agentId).toBe(helper);
    expect(await outcomesOf(id)).toEqual(['OFFERED', 'OVERFLOWED', 'WAITING', 'QUEUED']);
  });
});

describe('work of an agent who has gone', () => {
  it('returns to its queue after a minute, before those who came later', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], capacity: 1 });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    world.clock.advance(SECOND);
    const later = await startOne(machine, { into: queue });
    await stand(machine, agent, 'OFFLINE');
    world.clock.advance(KEEPS_WORK_MS - 1);
    await returnLostWork(machine);
    expect(await ownerOf(id)).toBe(agent);
    world.clock.advance(1);
    await returnLostWork(machine);
    await settle(machine);
    expect(await ownerOf(id)).toBeNull();
    expect((await entryOf(id))!.queueId).toBe(queue);
    await stand(machine, agent, 'ONLINE');
    await settle(machine);
    expect(await ownerOf(id)).toBe(agent);
    expect(await ownerOf(later)).toBeNull();
  });

  it('stays his when he took it by hand while offline, and returns when he is disabled', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], presence: 'OFFLINE' });
    const id = await startOne(machine, { into: await makeQueue(machine.db, { teamIds: [team] }) });
    const ctx = speakAs(agent);
    await ctx.transaction((tx) => assignOwner(ctx, tx, { conversationId: id, agentId: agent, expectedAgentId: null, because: null, actor: { kind: 'AGENT', id: agent } }));
    world.clock.advance(10 * MINUTE);
    await returnLostWork(machine);
    expect(await ownerOf(id)).toBe(agent);
    await machine.db.execute('UPDATE agents SET is_enabled = 0 WHERE id = ?', [idToBinary(agent)]);
    await returnLostWork(machine);
    expect(await ownerOf(id)).toBeNull();
    expect(await entryOf(id)).toBeDefined();
  });

  it('stays his when he is back within the minute', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team] });
    const id = await startOne(machine, { into: await makeQueue(machine.db, { teamIds: [team] }) });
    await settle(machine);
    await stand(machine, agent, 'OFFLINE');
    world.clock.advance(30 * SECOND);
    await stand(machine, agent, 'ONLINE');
    world.clock.advance(10 * MINUTE);
    await returnLostWork(machine);
    expect(await ownerOf(id)).toBe(agent);
  });
});
