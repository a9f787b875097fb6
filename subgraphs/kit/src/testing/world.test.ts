import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAudit } from '../audit/index.ts';
import type { Envelope } from '@careline/schema/events';
import { agentIdentity, createTestWorld, customerIdentity, type World } from './index.ts';
import { createRooms } from './rooms.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createTestWorld(createRooms, { ownDatabases: true });
});
afterAll(() => world.close());

const OPEN = 'mutation ($name: String!, $at: DateTime) { openRoom(name: $name, openedAt: $at) { room { id name openedAt } userErrors { code field message } } }';
const codes = (answer: { errors?: readonly { extensions: Record<string, unknown> }[] | undefined }) => answer.errors?.map((error) => error.extensions.code);

describe('a subgraph built on the kit', () => {
  it('answers a mutation, tells live listeners and brings the event to its consumer', async () => {
    const viewer = agentIdentity();
    const stream = await world.subscribe('tickets', 'subscription { roomOpened { name } }', {}, viewer);
    const { data } = await world.execute('tickets', OPEN, { name: 'Blue' }, viewer);
    expect(data.openRoom).toMatchObject({ room: { name: 'Blue', openedAt: '2026-11-23T01:00:00.000Z' }, userErrors: [] });
    expect(await stream.next()).toEqual({ value: { data: { roomOpened: { name: 'Blue' } }, errors: undefined }, done: false });
    await stream.return!();
    await world.drainEvents();
    const db = await world.database('tickets');
    expect(await db.query('SELECT id FROM seen')).toEqual([{ id: data.openRoom.room.id }]);
  });

  it('answers a refusal as data, in the language of the caller, and leaves nothing', async () => {
    const { data } = await world.execute('tickets', OPEN, { name: '' }, agentIdentity(), { locale: 'ZH_CN' });
    expect(data.openRoom).toEqual({ room: null, userErrors: [{ code: 'REQUIRED', field: ['name'], message: '请填写名称。' }] });
  });

  it('leaves a sealed audit entry of who did what', async () => {
    const viewer = agentIdentity({ name: 'Li Na' });
    const { data } = await world.execute('tickets', OPEN, { name: 'Audited' }, viewer);
    const db = await world.database('tickets');
    const rows = await db.query<{ envelope: Envelope<Record<string, string>> | string }>('SELECT envelope FROM outbox ORDER BY id DESC LIMIT 1');
    const { type, key, data: entry } = (typeof rows[0]!.envelope === 'string' ? JSON.parse(rows[0]!.envelope) : rows[0]!.envelope) as Envelope<Record<string, string>>;
    expect([type, key, entry.actorKind, entry.actorId]).toEqual(['audit.recorded', data.openRoom.room.id, 'AGENT', viewer.id]);
    expect(JSON.stringify(entry)).not.toContain('Audited');
    expect(openAudit(world.deps.keyring, entry.entryId!, entry.sealed!)).toMatchObject({ after: { name: 'Audited' }, before: null, actorName: 'Li Na', address: '192.0.2.1' });
    expect(() => openAudit(world.deps.keyring, 'aud_other', entry.sealed!)).toThrow();
  });

  it('refuses who lacks the permission, its full scope, or an identity; streams included', async () => {
    expect(codes(await world.execute('tickets', OPEN, { name: 'x' }, null))).toEqual(['UNAUTHENTICATED']);
    expect(codes(await world.execute('tickets', OPEN, { name: 'x' }, agentIdentity({ grants: {} })))).toEqual(['FORBIDDEN']);
    expect(codes(await world.execute('tickets', '{ allRooms }', {}, agentIdentity({ grants: { 'conversation:inspect': 'TEAM' } })))).toEqual(['FORBIDDEN']);
    expect((await world.execute('tickets', '{ allRooms }', {}, agentIdentity({ role: 'admin' }))).data).toEqual({ allRooms: 1 });
    await expect(world.subscribe('tickets', 'subscription { roomOpened { name } }', {}, null)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it('gives null without an error for a field the caller may not see', async () => {
    const query = '{ rooms(first: 1) { nodes { secret } } }';
    await world.execute('tickets', OPEN, { name: 'Any' }, agentIdentity());
    expect(await world.execute('tickets', query, {}, customerIdentity())).toEqual({ data: { rooms: { nodes: [{ secret: null }] } }, errors: undefined });
    expect((await world.execute('tickets', query, {}, 'SYSTEM')).data.rooms.nodes[0].secret).toBe('only for staff');
  });

  it('says nothing of an unexpected failure but the request id', async () => {
    const [error] = (await world.execute('tickets', '{ broken }')).errors!;
    expect(error!.extensions).toEqual({ code: 'INTERNAL', requestId: 'req-test' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    const [known] = (await world.execute('tickets', '{ missing }')).errors!;
    expect([known!.extensions.code, JSON.stringify(known).includes('hidden')]).toEqual(['NOT_FOUND', false]);
  });

  it('runs jobs when the clock says so', async () => {
    await world.execute('tickets', OPEN, { name: 'Old' }, agentIdentity());
    await world.runJobs();
    const count = async () => (await world.execute('tickets', '{ rooms(first: 100) { nodes { name } } }')).data.rooms.nodes.length;
    const before = await count();
    world.clock.advance(59_999);
    await world.runJobs();
    expect([before > 0, await count()]).toEqual([true, before]);
    world.clock.advance(3_600_000);
    await world.runJobs();
    expect(await count()).toBe(0);
  });
});
