import { createTestWorld, type World } from '@careline/kit/testing';
import { binaryToId, fromSqlInstant, idToBinary } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadsOf } from './ask-agents.ts';
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

type Step = { kind: 'arrive'; priority: 'P0' | 'P1' | 'P2' } | { kind: 'finish'; pick: number } | { kind: 'leave' | 'return'; agent: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive' as const), priority: fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'return' as const), agent: fc.nat(2) }) },
);

interface Waiting {
  id: string;
  priority: number;
  since: number;
}

async function waitingIn(queue: Buffer): Promise<Waiting[]> {
  const rows = await machine.db.query<{ conversation_id: Buffer; priority: number; since: Date | string }>(
    'SELECT conversation_id, priority, since FROM queue_entries WHERE queue_id = ? ORDER BY priority, since, id', [queue]);
  return rows.map((row) => ({ id: binaryToId('cnv', row.conversation_id), priority: row.priority, since: fromSqlInstant(row.since) }));
}

describe('routing under whatever comes', () => {
  it('never passes over an older one of equal priority, never overfills, never lets work wait while somebody is free', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
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
});

async function takeStep(next: Step, { agents, presence, queue }: { agents: string[]; presence: boolean[]; queue: string }): Promise<void> {
  if (next.kind === 'arrive') {
    await startOne(machine, { into: queue, priority: next.priority });
  } else if (next.kind === 'finish') {
    const mine = [...(await ownersOf(machine.db))].filter(([, owner]) => agents.includes(owner)).map(([id]) => id).sort();
    if (mine.length > 0) await closeOne(machine, mine[next.pick % mine.length]!);
  } else {
    presence[next.agent] = next.kind === 'return';
    await stand(machine, agents[next.agent]!, next.kind === 'return' ? 'ONLINE' : 'OFFLINE');
  }
}
