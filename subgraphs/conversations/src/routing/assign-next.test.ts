import { createTestWorld, type World } from '@careline/kit/testing';
import { idToBinary, newId } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadsOf } from './ask-agents.ts';
import { assignNext } from './assign-next.ts';
import { redecide, stepOf } from './decision.rules.ts';
import { selectDecisionPage } from './decision.store.ts';
import { INITIAL_RULES } from './queue.rules.ts';
import { overflowEntries, sweepQueues } from './sweep-routing.ts';
import { closeOne, makeAgent, makeQueue, makeTeam, openMachine, ownersOf, prepareDatabase, settle, stand, startOne, type Machine } from './routing.fixtures.ts';

let world: World;
let machine: Machine;
let other: Machine;

beforeAll(async () => {
  world = await createTestWorld([]);
  machine = await openMachine(world.deps);
  await prepareDatabase(machine);
  other = await openMachine(world.deps);
});

afterAll(async () => {
  await other?.close();
  await machine?.close();
  await world?.close();
});

const ownerOf = async (id: string) => (await ownersOf(machine.db)).get(id) ?? null;
const decisionsOf = (conversationId: string) => selectDecisionPage(machine.db, { conversationId, reach: null }, null, true, 100);
async function heldBy(agentIds: readonly string[]): Promise<number[]> {
  const owners = [...(await ownersOf(machine.db)).values()];
  return agentIds.map((id) => owners.filter((owner) => owner === id).length);
}

/** A day of two teams: so many conversations come and go over two queues, each assigned as it comes. */
async function runDesk(seed: number, count: number): Promise<{ agents: string[]; ids: string[] }> {
  const teams = [await makeTeam(machine.db), await makeTeam(machine.db)];
  const agents = await Promise.all([3, 5, 8].flatMap((capacity) => teams.map((team) => makeAgent(machine.db, { teamIds: [team], capacity }))));
  const queues = [await makeQueue(machine.db, { teamIds: teams }), await makeQueue(machine.db, { teamIds: [teams[1]!], strategy: ['LONGEST_IDLE'] })];
  const ids: string[] = [];
  const open: string[] = [];
  let state = seed;
  const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  while (ids.length < count) {
    const id = await startOne(machine, { into: queues[random(4) === 0 ? 1 : 0]! });
    ids.push(id);
    open.push(id);
    await settle(machine);
    world.clock.advance(random(30) * SECOND);
    if (open.length > 13) await closeOne(machine, open.splice(random(8), 1)[0]!);
  }
  return { agents, ids };
}

describe('giving out work', () => {
  it('assigns what comes in while somebody is free, and writes down why', async () => {
    const team = await makeTeam(machine.db);
    const [free, away] = [await makeAgent(machine.db, { teamIds: [team] }), await makeAgent(machine.db, { teamIds: [team], presence: 'AWAY' })];
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    expect(await ownerOf(id)).toBe(free);
    const [assigned, queued] = await decisionsOf(id);
    expect(queued).toMatchObject({ outcome: 'QUEUED', queueId: queue, actorKind: 'SYSTEM', ruleVersion: 1 });
    expect(assigned).toMatchObject({ outcome: 'ASSIGNED', chosenAgentId: free, queueId: queue });
    expect(assigned!.candidates.map(({ agentId, excludedBecause }) => [agentId, excludedBecause])).toEqual(
      expect.arrayContaining([[free, null], [away, 'NOT_ONLINE']]));
  });

  it('gives a customer who comes back to the agent who served him before, while that agent can take it, and writes down that it was for this', async () => {
    const team = await makeTeam(machine.db);
    const customerId = newId('cus');
    const before = await makeAgent(machine.db, { teamIds: [team], capacity: 2 });
    const queue = await makeQueue(machine.db, { teamIds: [team], strategy: ['LAST_AGENT', 'LEAST_LOAD'] });
    const first = await startOne(machine, { into: queue, customerId });
    await settle(machine);
    expect(await ownerOf(first)).toBe(before);
    await closeOne(machine, first);
    await settle(machine);
    const other = await makeAgent(machine.db, { teamIds: [team], capacity: 5 });
    world.clock.advance(SECOND);
    await stand(machine, other, 'OFFLINE');
    const busy = await startOne(machine, { into: queue });
    await settle(machine);
    expect(await ownerOf(busy)).toBe(before);
    await stand(machine, other, 'ONLINE');
    world.clock.advance(SECOND);
    const second = await startOne(machine, { into: queue, customerId });
    await settle(machine);
    expect(await ownerOf(second)).toBe(before);
    const [decision] = await decisionsOf(second);
    expect(decision!.candidates.map(({ agentId, isLastAgent }) => [agentId, isLastAgent])).toEqual(expect.arrayContaining([[before, true], [other, false]]));
    expect([stepOf(decision!), redecide(decision!, INITIAL_RULES)]).toMatchObject(['LAST_AGENT', { chosen: before }]);
    world.clock.advance(SECOND);
    const third = await startOne(machine, { into: queue, customerId });
    await settle(machine);
    expect(await ownerOf(third), 'he is full').toBe(other);
    expect(stepOf((await decisionsOf(third))[0]!)).toBe('LEAST_LOAD');
  });

  it('gives a freed place to the oldest of the highest priority', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], capacity: 1 });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const ids: string[] = [];
    for (const priority of ['P2', 'P2', 'P2', 'P1', 'P0'] as const) {
      ids.push(await startOne(machine, { into: queue, priority }));
      await settle(machine);
      world.clock.advance(SECOND);
    }
    const order: string[] = [];
    for (let turn = 0; turn < ids.length; turn += 1) {
      const [id] = [...(await ownersOf(machine.db))].find(([, owner]) => owner === agent)!;
      order.push(id);
      await closeOne(machine, id);
      await settle(machine);
    }
    expect(order).toEqual([ids[0], ids[4], ids[3], ids[1], ids[2]]);
  });

  it('says once that nobody may take it, not at every try', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], presence: 'OFFLINE' });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    for (let time = 0; time < 3; time += 1) await assignNext(machine, queue);
    expect((await decisionsOf(id)).map(({ outcome }) => outcome)).toEqual(['WAITING', 'QUEUED']);
    await stand(machine, agent, 'ONLINE');
    await settle(machine);
    expect(await ownerOf(id)).toBe(agent);
  });

  it('never gives work to somebody whose role may not answer', async () => {
    const team = await makeTeam(machine.db);
    const analyst = await makeAgent(machine.db, { teamIds: [team], role: 'analyst' });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    expect(await ownerOf(id)).toBeNull();
    const [waiting] = await decisionsOf(id);
    expect(waiting!.candidates.find(({ agentId }) => agentId === analyst)).toMatchObject({ excludedBecause: 'NOT_ALLOWED', score: null });
  });

  it('says who lacks the skills of the queue, and does without them after the time it allows', async () => {
    const team = await makeTeam(machine.db);
    const beginner = await makeAgent(machine.db, { teamIds: [team], skills: [{ name: 'en', level: 2 }] });
    const queue = await makeQueue(machine.db, { teamIds: [team], skills: [{ name: 'en', level: 3 }], skillSeconds: 60 });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    const [waiting] = await decisionsOf(id);
    expect(waiting).toMatchObject({ outcome: 'WAITING', inputs: { needs: [{ name: 'en', level: 3 }], isSkillPreferred: false } });
    expect(waiting!.candidates).toContainEqual(expect.objectContaining({ agentId: beginner, excludedBecause: 'MISSING_SKILL', missing: [{ name: 'en', level: 3 }] }));
    world.clock.advance(59 * SECOND);
    await sweepQueues(machine);
    expect(await ownerOf(id)).toBeNull();
    world.clock.advance(SECOND);
    await sweepQueues(machine);
    expect(await ownerOf(id)).toBe(beginner);
    const [assigned] = await decisionsOf(id);
    expect(assigned).toMatchObject({ outcome: 'ASSIGNED', inputs: { isSkillPreferred: true } });
    expect(redecide(assigned!, INITIAL_RULES)).toEqual({ kind: 'AGENT', chosen: beginner, candidates: assigned!.candidates });
  });

  it('passes what nobody has the skill for to the overflow queue, which asks for its own', async () => {
    const team = await makeTeam(machine.db);
    const helper = await makeAgent(machine.db, { teamIds: [team] });
    const second = await makeQueue(machine.db, { teamIds: [team] });
    const queue = await makeQueue(machine.db, { teamIds: [team], skills: [{ name: 'en', level: 1 }], overflowQueueId: second, overflowSeconds: 30 });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    world.clock.advance(30 * SECOND);
    await overflowEntries(machine);
    await settle(machine);
    expect(await ownerOf(id)).toBe(helper);
    expect((await decisionsOf(id)).map(({ outcome, queueId }) => [outcome, queueId])).toEqual(
      [['ASSIGNED', second], ['OVERFLOWED', second], ['WAITING', queue], ['QUEUED', queue]]);
  });

  it('holds the units of what an agent is being asked about', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], capacity: 4 });
    const queue = await makeQueue(machine.db, { teamIds: [team], acceptSeconds: 15 });
    const [heavy, light, next] = [await startOne(machine, { into: queue, units: 3 }), await startOne(machine, { into: queue }), await startOne(machine, { into: queue })];
    await settle(machine);
    expect((await loadsOf(machine.db, [agent])).get(agent)).toBe(4);
    expect((await decisionsOf(light))[0]).toMatchObject({ outcome: 'OFFERED', chosenAgentId: agent, inputs: { units: 1 } });
    expect((await decisionsOf(heavy))[0]).toMatchObject({ outcome: 'OFFERED', inputs: { units: 3 } });
    expect((await decisionsOf(next))[0]!.candidates).toContainEqual(expect.objectContaining({ agentId: agent, excludedBecause: 'AT_CAPACITY', load: 4 }));
  });

  it('makes a decision again that is older than skills and weights', async () => {
    const candidate = { agentId: 'agt_a', presence: 'ONLINE', teamRank: 0, isAllowed: true, hasDeclined: false, load: 0, capacity: 5, teamFree: null, idleSince: null, excludedBecause: null, score: 1 };
    const record = JSON.parse(JSON.stringify({ inputs: { kind: 'AGENTS', strategy: ['LEAST_LOAD'], at: 5, units: 1 }, candidates: [candidate] }));
    expect(redecide(record, INITIAL_RULES)).toEqual({ kind: 'AGENT', chosen: 'agt_a', candidates: [{ ...candidate, missing: [] }] });
  });

  it('passes over one that cannot be given at all, and gives the next', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team], presence: 'OFFLINE' });
    const queue = await makeQueue(machine.db, { teamIds: [team] });
    const [broken, next] = [await startOne(machine, { into: queue }), await startOne(machine, { into: queue })];
    await settle(machine);
    await machine.db.execute("UPDATE conversations SET tags = '{\"not\": \"a list\"}', last_seq = 4294967295 WHERE id = ?", [idToBinary(broken)]);
    await stand(machine, agent, 'ONLINE');
    await settle(machine);
    expect(await ownerOf(next)).toBe(agent);
    expect(await ownerOf(broken)).toBeNull();
  });

  it('gives every conversation exactly one owner and fills nobody over the limit when 50 claims race on two machines', async () => {
    const teams = [await makeTeam(machine.db), await makeTeam(machine.db, 7)];
    const agents = [
      ...(await Promise.all([0, 1, 2].map(() => makeAgent(machine.db, { teamIds: [teams[0]!], capacity: 4, presence: 'OFFLINE' })))),
      ...(await Promise.all([0, 1, 2].map(() => makeAgent(machine.db, { teamIds: [teams[1]!], capacity: 4, presence: 'OFFLINE' })))),
    ];
    const queues = [await makeQueue(machine.db, { teamIds: teams }), await makeQueue(machine.db, { teamIds: [teams[1]!, teams[0]!] })];
    const ids: string[] = [];
    for (let count = 0; count < 30; count += 1) ids.push(await startOne(machine, { into: queues[count % 2]! }));
    await settle(machine);
    await machine.db.execute("UPDATE agent_presence SET presence = 'ONLINE' WHERE agent_id IN (?)", [agents.map(idToBinary)]);
    await Promise.all(Array.from({ length: 50 }, (_, at) => assignNext(at % 2 ? other : machine, queues[at % 4 < 2 ? 0 : 1]!)));
    const held = await heldBy(agents);
    expect(held.slice(0, 3)).toEqual([4, 4, 4]);
    expect(held.slice(3).reduce((sum, units) => sum + units, 0)).toBe(7);
    expect(Math.max(...held)).toBeLessThanOrEqual(4);
    const owners = await ownersOf(machine.db);
    const assigned = (await Promise.all(ids.map(decisionsOf))).map((rows) => rows.filter(({ outcome }) => outcome === 'ASSIGNED'));
    expect(assigned.map((rows) => rows.length)).toEqual(ids.map((id) => (owners.has(id) ? 1 : 0)));
    expect(assigned.flat().every((row) => owners.get(row.conversationId) === row.chosenAgentId)).toBe(true);
  });

  it('makes the same choice again from what is stored, for 1,000 assignments', async () => {
    const desks = await Promise.all([1, 2, 3, 4].map((seed) => runDesk(seed, 250)));
    const rows = (await Promise.all(desks.flatMap(({ ids }) => ids).map(decisionsOf))).flat();
    const assigned = rows.filter(({ outcome }) => outcome === 'ASSIGNED');
    expect(assigned).toHaveLength(1_000);
    expect(new Set(assigned.map(({ chosenAgentId }) => chosenAgentId))).toEqual(new Set(desks.flatMap(({ agents }) => agents)));
    for (const row of rows.filter(({ inputs }) => inputs.kind === 'AGENTS')) {
      expect(redecide(row, INITIAL_RULES)).toEqual({ kind: 'AGENT', chosen: row.chosenAgentId, candidates: row.candidates });
    }
  }, 180_000);

  it('stores no assignment by routing without its decision', async () => {
    await expect(machine.db.execute(
      "INSERT INTO queue_waits (id, conversation_id, queue_id, since, ended_at, ended_by, agent_id, decision_id) VALUES (UNHEX(REPEAT('ab', 16)), UNHEX(REPEAT('ab', 16)), UNHEX(REPEAT('ab', 16)), NOW(3), NOW(3), 'ROUTING', NULL, NULL)",
    )).rejects.toThrow();
    const [row] = await machine.db.query<{ orphans: number; assignments: number }>(`SELECT COUNT(*) AS assignments, COALESCE(SUM(d.id IS NULL), 0) AS orphans FROM queue_waits w
      LEFT JOIN routing_decisions d ON d.id = w.decision_id AND d.outcome = 'ASSIGNED' AND d.chosen_agent_id = w.agent_id WHERE w.ended_by = 'ROUTING'`);
    expect(Number(row!.orphans)).toBe(0);
    expect(Number(row!.assignments)).toBeGreaterThan(1_000);
  });
});
