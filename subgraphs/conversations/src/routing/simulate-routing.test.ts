import { createTestWorld, type World } from '@careline/kit/testing';
import { binaryToId, fromSqlInstant, idToBinary } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadsOf } from './ask-agents.ts';
import { sweepQueues } from './sweep-routing.ts';
import { closeOne, makeAgent, makeQueue, makeTeam, openMachine, ownersOf, prepareDatabase, settle, stand, startOne, type Machine } from './routing.fixtures.ts';

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

type Step = { kind: 'arrive'; priority: 'P0' | 'P1' | 'P2'; units: number } | { kind: 'finish'; pick: number } | { kind: 'leave' | 'return'; agent: number };

const stepOf = (heaviest: number): fc.Arbitrary<Step> => fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive' as const), priority: fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const), units: fc.integer({ min: 1, max: heaviest }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'return' as const), agent: fc.nat(2) }) },
);

interface Waiting {
  id: string;
  units: number;
  enteredAt: number;
}

/** Who waits, in the order of the queue. */
async function waitingIn(queue: Buffer): Promise<Waiting[]> {
  const rows = await machine.db.query<{ conversation_id: Buffer; units: number; entered_at: Date | string }>(
    'SELECT e.conversation_id, c.units, e.entered_at FROM queue_entries e JOIN conversations c ON c.id = e.conversation_id WHERE e.queue_id = ? ORDER BY e.priority, e.since, e.id', [queue]);
  return rows.map((row) => ({ id: binaryToId('cnv', row.conversation_id), units: row.units, enteredAt: fromSqlInstant(row.entered_at) }));
}

describe('routing under whatever comes', () => {
  it('never passes over an older one of equal priority, never overfills, never lets work wait while somebody is free', async () => {
    await fc.assert(fc.asyncProperty(fc.array(stepOf(1), { minLength: 5, maxLength: 30 }), async (steps) => {
      const team = await makeTeam(machine.db, 5);
      const agents = await Promise.all([2, 2, 3].map((capacity) => makeAgent(machine.db, { teamIds: [team], capacity })));
      const presence = agents.map(() => true);
      const queue = await makeQueue(machine.db, { teamIds: [team] });
      for (const next of steps) {
        const before = await waitingIn(idToBinary(queue));
        await takeStep(next, { agents, presence, queue });
        await settle(machine);
        world.clock.advance(SECOND);
        const after = new Set((await waitingIn(idToBinary(queue))).map(({ id }) => id));
        const lastTaken = before.map(({ id }) => !after.has(id)).lastIndexOf(true);
        expect(before.slice(0, lastTaken + 1).every(({ id }) => !after.has(id))).toBe(true);
        const loads = [...(await loadsOf(machine.db, agents)).values()];
        loads.forEach((load, at) => expect(load).toBeLessThanOrEqual([2, 2, 3][at]!));
        const total = loads.reduce((sum, load) => sum + load, 0);
        expect(total).toBeLessThanOrEqual(5);
        const isSomebodyFree = total < 5 && loads.some((load, at) => presence[at] && load < [2, 2, 3][at]!);
        if (isSomebodyFree) expect(after.size).toBe(0);
      }
    }), { numRuns: 12, seed: 20_261_123 });
  }, 120_000);

  it('with skills and weights, gives nothing to whom it should have given an older one, and lets none wait whom somebody can take', async () => {
    await fc.assert(fc.asyncProperty(fc.array(stepOf(3), { minLength: 8, maxLength: 30 }), async (steps) => {
      const desk = await openDesk();
      for (const next of steps) {
        const before = await waitingIn(idToBinary(desk.queue));
        await takeStep(next, desk);
        await sweepQueues(machine);
        const seen = await lookAt(desk);
        const waiting = await waitingIn(idToBinary(desk.queue));
        seen.forEach(({ load, capacity }) => expect(load).toBeLessThanOrEqual(capacity));
        expect(freeOf(seen)).toBeGreaterThanOrEqual(0);
        await expectFair(before, waiting, seen);
        expectNoneLeft(waiting, seen);
        world.clock.advance(SECOND);
      }
    }), { numRuns: 12, seed: 20_261_128 });
  }, 180_000);
});

/** What the desk below allows together, and how long it insists on the skill. */
const TEAM_CAPACITY = 9;
const INSISTS_MS = 6 * SECOND;
const CREW = [{ level: 5, capacity: 4 }, { level: 2, capacity: 5 }, { level: 0, capacity: 3 }];

interface Desk {
  agents: string[];
  presence: boolean[];
  queue: string;
}

/** An expert, a beginner and somebody without the skill that the queue asks for, in a team that may not be full. */
async function openDesk(): Promise<Desk> {
  const team = await makeTeam(machine.db, TEAM_CAPACITY);
  const agents = await Promise.all(CREW.map(({ level, capacity }) => makeAgent(machine.db, { teamIds: [team], capacity, skills: level > 0 ? [{ name: 'en', level }] : [] })));
  const queue = await makeQueue(machine.db, { teamIds: [team], strategy: ['SKILL', 'LEAST_LOAD'], skills: [{ name: 'en', level: 3 }], skillSeconds: INSISTS_MS / SECOND });
  return { agents, presence: agents.map(() => true), queue };
}

interface Seen {
  id: string;
  isThere: boolean;
  level: number;
  capacity: number;
  load: number;
}

async function lookAt({ agents, presence }: Desk): Promise<Seen[]> {
  const loads = await loadsOf(machine.db, agents);
  return agents.map((id, at) => ({ id, isThere: presence[at]!, ...CREW[at]!, load: loads.get(id)! }));
}

const freeOf = (seen: readonly Seen[]) => TEAM_CAPACITY - seen.reduce((sum, { load }) => sum + load, 0);
const isSkilled = ({ level }: Seen, { enteredAt }: Waiting) => level >= 3 || world.clock.now() - enteredAt >= INSISTS_MS;
/** Whether he may take it, now or once he has the units free. */
const may = (agent: Seen, one: Waiting) => agent.isThere && isSkilled(agent, one) && one.units <= agent.capacity;
const hasRoom = (agent: Seen, one: Waiting) => agent.load + one.units <= agent.capacity;

/** Whoever got something in this step could have got nothing that stood before it. */
async function expectFair(before: readonly Waiting[], waiting: readonly Waiting[], seen: readonly Seen[]): Promise<void> {
  const owners = await ownersOf(machine.db);
  const still = new Set(waiting.map(({ id }) => id));
  for (const [at, given] of before.entries()) {
    const owner = still.has(given.id) ? undefined : seen.find(({ id }) => id === owners.get(given.id));
    const passed = owner ? before.slice(0, at).filter(({ id }) => still.has(id)) : [];
    expect(passed.filter((one) => may(owner!, one))).toEqual([]);
  }
}

/** From the head on, nobody can take what waits, but for those whose units are kept for one before it. */
function expectNoneLeft(waiting: readonly Waiting[], seen: readonly Seen[]): void {
  const kept = new Set<Seen>();
  for (const one of waiting) {
    const able = seen.filter((agent) => may(agent, one) && !kept.has(agent));
    const free = able.filter((agent) => hasRoom(agent, one));
    if (free.length > 0) {
      expect(one.units).toBeGreaterThan(freeOf(seen));
      return;
    }
    able.forEach((agent) => kept.add(agent));
  }
}

async function takeStep(next: Step, { agents, presence, queue }: Desk): Promise<void> {
  if (next.kind === 'arrive') {
    await startOne(machine, { into: queue, priority: next.priority, units: next.units });
  } else if (next.kind === 'finish') {
    const mine = [...(await ownersOf(machine.db))].filter(([, owner]) => agents.includes(owner)).map(([id]) => id).sort();
    if (mine.length > 0) await closeOne(machine, mine[next.pick % mine.length]!);
  } else {
    presence[next.agent] = next.kind === 'return';
    await stand(machine, agents[next.agent]!, next.kind === 'return' ? 'ONLINE' : 'OFFLINE');
  }
}
