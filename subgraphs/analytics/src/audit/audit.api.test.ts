import { recordAudit } from '@careline/kit/audit';
import { newId, type Db } from '@careline/kit/db';
import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { auditRecorded } from '@careline/schema/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAnalytics } from '../subgraph.ts';
import { maskAddress } from './chain.ts';

const ENTRIES = `query ($filter: AuditFilter, $first: Int, $after: String) { auditEntries(filter: $filter, first: $first, after: $after) {
  nodes { id seq at actor { kind agent { id } } address verb subjectId before after reason requestId hash } pageInfo { hasNextPage endCursor } totalCount } }`;
const CHAIN = 'query ($range: DateRangeInput!) { auditChain(range: $range) { isIntact checkedCount brokenSeq } }';
const TODAY = { from: '2026-11-23', to: '2026-11-23' };

const auditor = agentIdentity({ role: 'auditor' });
const admin = agentIdentity({ role: 'admin' });
let world: World;
let db: Db;
beforeEach(async () => {
  world = await createTestWorld(createAnalytics);
  db = await world.database('analytics');
  return () => world.close();
});

/** An administrative act of some subgraph, recorded the way verbs do. */
async function act(verb: string, changes: object = {}): Promise<void> {
  const ctx = world.subgraphs.analytics!.createContext({ identity: admin, requestId: 'req-1', locale: 'EN', address: '203.0.113.9', device: null, clientName: null });
  await db.transaction((tx) => recordAudit(tx, ctx, { verb, subjectId: 'rol_1', before: { name: '旧' }, after: { name: '新' }, reason: '例行', ...changes }));
  await world.drainEvents();
}
const entries = async (variables: object = {}, viewer = auditor) => (await world.execute('analytics', ENTRIES, { first: 100, ...variables }, viewer)).data.auditEntries;
const chain = async (range: object = TODAY) => (await world.execute('analytics', CHAIN, { range }, auditor)).data.auditChain;

describe('audit entries', () => {
  it('tell who did what to what, before and after, with the address masked by role', async () => {
    await act('role:write');
    const [entry] = (await entries()).nodes;
    expect(entry).toMatchObject({ seq: 1, verb: 'role:write', subjectId: 'rol_1', before: { name: '旧' }, after: { name: '新' }, reason: '例行', requestId: 'req-1', address: '203.0.*.*', actor: { kind: 'AGENT', agent: { id: admin.id } } });
    expect((await entries({}, agentIdentity({ role: 'auditor', clearMasks: ['address'] }))).nodes.at(-1).address).toBe('203.0.113.9');
  });

  it('hold nothing of before and after in clear in the table', async () => {
    await act('role:write', { after: { phone: '13800138000' } });
    expect(JSON.stringify(await db.query('SELECT * FROM audit_entries'))).not.toContain('13800138000');
  });

  it('are chained once each, however often they are delivered', async () => {
    await act('role:write');
    const envelopes = [1, 2].map(() => ({ id: newId('evt'), at: world.clock.now(), ...auditRecorded.make('x', { entryId: newId('aud'), verb: 'token:write', subjectId: null, actorKind: 'AGENT', actorId: admin.id, requestId: 'r', sealed: 'AA==' }) }));
    await world.deps.bus.publish('conversations', envelopes);
    await world.deps.bus.publish('conversations', envelopes);
    // The same entry under another event id, as after a replayed outbox.
    await world.deps.bus.publish('tickets', envelopes.map((envelope) => ({ ...envelope, id: newId('evt') })));
    await world.drainEvents();
    const rows = await db.query<{ seq: number }>('SELECT seq FROM audit_entries ORDER BY seq');
    expect(rows.map((row) => row.seq)).toEqual([1, 2, 3]);
    expect(await chain()).toMatchObject({ isIntact: true, brokenSeq: null });
  });

  it('grow by one each time somebody reads them', async () => {
    await act('role:write');
    await entries({ filter: { subjectId: 'rol_1' } });
    await chain();
    await world.drainEvents();
    const { nodes } = await entries();
    expect(nodes.slice(0, 2).map((entry: any) => [entry.verb, entry.actor.agent.id])).toEqual([['audit:read', auditor.id], ['audit:read', auditor.id]]);
    // Acts on different subjects are taken in side by side: either may come first in the chain.
    expect(nodes.slice(0, 2).map((entry: any) => entry.after)).toEqual(expect.arrayContaining([{ filter: { subjectId: 'rol_1' } }, { range: TODAY }]));
  });

  it('are filtered and paged newest first', async () => {
    for (const verb of ['role:write', 'token:write', 'role:write', 'signin:end']) await act(verb);
    expect((await entries({ filter: { verbs: ['role:write'] } })).nodes.map((entry: any) => entry.seq)).toEqual([3, 1]);
    await world.drainEvents();
    const first = await entries({ filter: { agentId: admin.id }, first: 3 });
    const second = await entries({ filter: { agentId: admin.id }, first: 3, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map((entry: any) => entry.seq)).toEqual([4, 3, 2, 1]);
    expect(first.totalCount).toBe(4);
  });

  it.each(['agent', 'supervisor', 'editor', 'analyst'] as const)('are refused to a viewer without audit:read (%s)', async (role) => {
    expect((await world.execute('analytics', ENTRIES, { first: 1 }, agentIdentity({ role }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await world.execute('analytics', CHAIN, { range: TODAY }, agentIdentity({ role }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('auditChain', () => {
  const fill = async () => {
    for (let index = 0; index < 5; index += 1) await act('role:write');
  };

  it('is intact as long as nobody touches a row', async () => {
    await fill();
    expect(await chain()).toEqual({ isIntact: true, checkedCount: 5, brokenSeq: null });
    expect(await chain({ from: '2026-01-01', to: '2026-01-02' })).toEqual({ isIntact: true, checkedCount: 0, brokenSeq: null });
  });

  it.each([
    ['a changed verb', "UPDATE audit_entries SET verb = 'role:read' WHERE seq = 3", 3],
    ['a changed actor', "UPDATE audit_entries SET actor_id = 'agt_x' WHERE seq = 2", 2],
    ['a moved instant', 'UPDATE audit_entries SET at = at + INTERVAL 1 SECOND WHERE seq = 4', 4],
    ['changed contents', "UPDATE audit_entries SET sealed = CONCAT('A', sealed) WHERE seq = 1", 1],
    ['a removed row', 'DELETE FROM audit_entries WHERE seq = 3', 3],
    ['the newest row removed', 'DELETE FROM audit_entries WHERE seq = 5', 5],
    ['all rows removed', 'DELETE FROM audit_entries', 1],
    ['a forged hash', 'UPDATE audit_entries SET hash = UNHEX(SHA2(seq, 256)) WHERE seq = 2', 2],
    ['a forged end', 'UPDATE audit_chain SET last_hash = UNHEX(SHA2(1, 256))', 5],
  ])('names the first broken link after %s', async (_name, statement, brokenSeq) => {
    await fill();
    await db.execute(statement);
    expect(await chain()).toMatchObject({ isIntact: false, brokenSeq });
  });

  it('misses a whole day that was taken out, from either side', async () => {
    await act('role:write');
    await world.clock.advance(86_400_000);
    await fill();
    await world.clock.advance(86_400_000);
    await act('role:write');
    await db.execute('DELETE FROM audit_entries WHERE seq BETWEEN 2 AND 6');
    expect(await chain({ from: '2026-11-24', to: '2026-11-24' })).toMatchObject({ isIntact: false, brokenSeq: 2 });
    expect(await chain({ from: '2026-11-25', to: '2026-11-25' })).toMatchObject({ isIntact: false });
  });
});

it('masks the host part of addresses', () => {
  expect(['203.0.113.9', '2001:db8::1', '::1'].map(maskAddress)).toEqual(['203.0.*.*', '2001:db8:*', '1:*']);
});
