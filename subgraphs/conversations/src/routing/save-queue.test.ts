import { openAudit } from '@careline/kit/audit';
import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationsContext } from '../context.ts';
import type { SaveQueueInput } from './queue-input.rules.ts';
import { makeAgent, makeQueue, makeTeam, openMachine, ownersOf, prepareDatabase, settle, startOne, type Machine } from './routing.fixtures.ts';
import { selectTeamsOfQueues } from './queue.store.ts';
import { saveQueue } from './save-queue.ts';

let world: World;
let machine: Machine;
let admin: ConversationsContext;

beforeAll(async () => {
  world = await createTestWorld([]);
  machine = await openMachine(world.deps);
  await prepareDatabase(machine);
  admin = machine.contextOf(agentIdentity({ role: 'admin', name: 'Root' }));
});

afterAll(async () => {
  await machine?.close();
  await world?.close();
});

let lastKey = 0;
const newKey = () => `made_${(lastKey += 1)}`;
const teamsOf = async (queueId: string) => (await selectTeamsOfQueues(machine.db, [queueId])).get(queueId);

async function auditOf(subjectId: string) {
  const rows = await machine.db.query<{ envelope: unknown }>("SELECT envelope FROM outbox WHERE envelope LIKE ? ORDER BY id DESC", [`%${subjectId}%`]);
  const events = rows.map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope) as { type: string; data: { entryId: string; verb: string; sealed: string } });
  const entry = events.find(({ type }) => type === 'audit.recorded');
  return entry && { verb: entry.data.verb, ...openAudit(world.deps.keyring, entry.data.entryId, entry.data.sealed) };
}

describe('saveQueue', () => {
  it('makes a queue with sane defaults, and changes only what is given', async () => {
    const [first, second] = [await makeTeam(machine.db), await makeTeam(machine.db)];
    const key = newKey();
    const made = await saveQueue(admin, { name: ' 账户组 ', key, teamIds: [second, first] });
    expect(made).toMatchObject({ name: '账户组', key, strategy: ['LAST_AGENT', 'SKILL', 'LEAST_LOAD', 'LONGEST_IDLE'], acceptSeconds: 15, overflowQueueId: null, version: 1 });
    expect(await teamsOf(made.id)).toEqual([second, first]);
    const changed = await saveQueue(admin, { queueId: made.id, acceptSeconds: 0, expectedVersion: 1 });
    expect(changed).toMatchObject({ name: '账户组', acceptSeconds: 0, version: 2 });
    expect(await teamsOf(made.id)).toEqual([second, first]);
  });

  it.each<[string, Partial<SaveQueueInput>, string, string | null]>([
    ['a new queue without a name', { key: 'no_name' }, 'REQUIRED', 'name'],
    ['a name of 61 characters', { name: '长'.repeat(61), key: 'long_name' }, 'TOO_LONG', 'name'],
    ['a new queue without a key', { name: 'x' }, 'REQUIRED', 'key'],
    ['a key with capitals', { name: 'x', key: 'Bad' }, 'INVALID', 'key'],
    ['301 seconds to accept', { name: 'x', key: 'slow', acceptSeconds: 301 }, 'OUT_OF_RANGE', 'acceptSeconds'],
    ['9 seconds to overflow', { name: 'x', key: 'fast', overflowSeconds: 9 }, 'OUT_OF_RANGE', 'overflowSeconds'],
    ['86,401 seconds to do without skills', { name: 'x', key: 'picky', skillSeconds: 86_401 }, 'OUT_OF_RANGE', 'skillSeconds'],
    ['11 skills', { name: 'x', key: 'learned', skills: Array.from({ length: 11 }, (_, at) => ({ name: `s${at}`, level: 1 })) }, 'TOO_MANY', 'skills'],
    ['a skill without a name', { name: 'x', key: 'vague', skills: [{ name: ' ', level: 1 }] }, 'REQUIRED', 'skills'],
    ['a level above expert', { name: 'x', key: 'haughty', skills: [{ name: 'en', level: 6 }] }, 'OUT_OF_RANGE', 'skills'],
    ['a strategy without steps', { name: 'x', key: 'aimless', strategy: [] }, 'INVALID', 'strategy'],
    ['a team that does not exist', { name: 'x', key: 'teamless', teamIds: ['tem_00000000000000000000000000'] }, 'NOT_FOUND', 'teamIds'],
    ['an overflow queue that does not exist', { name: 'x', key: 'leaky', overflowQueueId: 'que_00000000000000000000000000' }, 'NOT_FOUND', 'overflowQueueId'],
    ['a queue that does not exist', { queueId: 'que_00000000000000000000000000' }, 'NOT_FOUND', 'queueId'],
  ])('refuses %s', async (_, input, code, field) => {
    await expect(saveQueue(admin, input)).rejects.toMatchObject({ code, field: [field] });
  });

  it('takes names of 60 characters and limits at their ends', async () => {
    const made = await saveQueue(admin, { name: '长'.repeat(60), key: newKey(), acceptSeconds: 300, overflowSeconds: 10 });
    expect(made).toMatchObject({ acceptSeconds: 300, overflowSeconds: 10 });
  });

  it('refuses a key that is taken, a key change, and a version that is not the present one', async () => {
    const key = newKey();
    const { id } = await saveQueue(admin, { name: 'a', key });
    await expect(saveQueue(admin, { name: 'b', key })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', field: ['key'] });
    await expect(saveQueue(admin, { queueId: id, key: newKey() })).rejects.toMatchObject({ code: 'INVALID', field: ['key'] });
    await expect(saveQueue(admin, { queueId: id, name: 'c', expectedVersion: 7 })).rejects.toMatchObject({ code: 'STALE_VERSION' });
  });

  it('takes skills and the time they are insisted on together, and leaves both when neither is given', async () => {
    const { id } = await saveQueue(admin, { name: 'en', key: newKey(), skills: [{ name: ' en ', level: 3 }, { name: 'en', level: 4 }], skillSeconds: 0, strategy: ['SKILL'] });
    const english = [{ name: 'en', level: 4 }];
    expect(await saveQueue(admin, { queueId: id, name: '英语' })).toMatchObject({ skills: english, skillSeconds: 0, strategy: ['SKILL'] });
    expect(await saveQueue(admin, { queueId: id, skillSeconds: 30 })).toMatchObject({ skills: english, skillSeconds: 30 });
    expect(await saveQueue(admin, { queueId: id, skills: english })).toMatchObject({ skills: english, skillSeconds: null });
    expect(await saveQueue(admin, { queueId: id, skills: [] })).toMatchObject({ skills: [], skillSeconds: null });
    expect(await auditOf(id)).toMatchObject({ before: { skills: english }, after: { skills: [] } });
  });

  it('lets exactly one of two who saw the same version win', async () => {
    const { id } = await saveQueue(admin, { name: 'a', key: newKey() });
    const results = await Promise.allSettled(['b', 'c'].map((name) => saveQueue(admin, { queueId: id, name, expectedVersion: 1 })));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses overflow that leads back to where it came from', async () => {
    const third = await saveQueue(admin, { name: 'c', key: newKey() });
    const second = await saveQueue(admin, { name: 'b', key: newKey(), overflowQueueId: third.id, overflowSeconds: 60 });
    const first = await saveQueue(admin, { name: 'a', key: newKey(), overflowQueueId: second.id, overflowSeconds: 60 });
    await expect(saveQueue(admin, { queueId: third.id, overflowQueueId: first.id })).rejects.toMatchObject({ code: 'INVALID', field: ['overflowQueueId'] });
    await expect(saveQueue(admin, { queueId: third.id, overflowQueueId: third.id })).rejects.toMatchObject({ code: 'INVALID' });
  });

  it('refuses a viewer without queue:write, or with it only for own teams', async () => {
    await expect(saveQueue(machine.contextOf(agentIdentity()), { name: 'x', key: newKey() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(saveQueue(machine.contextOf(agentIdentity({ role: 'supervisor' })), { name: 'x', key: newKey() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(saveQueue(machine.contextOf(null), { name: 'x', key: newKey() })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('leaves an audit entry of before and after', async () => {
    const team = await makeTeam(machine.db);
    const { id } = await saveQueue(admin, { name: 'before', key: newKey() });
    await saveQueue(admin, { queueId: id, name: 'after', teamIds: [team] });
    expect(await auditOf(id)).toMatchObject({
      verb: 'queue:write', actorName: 'Root', before: { name: 'before', teamIds: [], version: 1 }, after: { name: 'after', teamIds: [team], version: 2 },
    });
  });

  it('gives out what waits as soon as a team that can take it serves the queue', async () => {
    const team = await makeTeam(machine.db);
    const agent = await makeAgent(machine.db, { teamIds: [team] });
    const queue = await makeQueue(machine.db, { teamIds: [] });
    const id = await startOne(machine, { into: queue });
    await settle(machine);
    await saveQueue(admin, { queueId: queue, teamIds: [team] });
    await settle(machine);
    expect((await ownersOf(machine.db)).get(id)).toBe(agent);
  });
});
