import { randomUUID } from 'node:crypto';
import { newId } from '@careline/kit/db';
import { agentIdentity } from '@careline/kit/testing';
import { permissionCatalogue } from '@careline/schema/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const SAVE = `mutation($input: SaveRoleInput!) { saveRole(input: $input) { role { id version grants { permission scope } clearMasks isBuiltIn agentCount } userErrors { code field } } }`;
const CHANGE = `mutation($input: ChangeRoleInput!) { changeRole(input: $input) { agent { id roles { id } } userErrors { code } } }`;
const ISSUE = `mutation($input: IssueTokenInput!) { issueToken(input: $input) { secret accessToken { id prefix grants { permission scope } } userErrors { code field } } }`;
const REVOKE = `mutation($id: ID!) { revokeToken(input: { tokenId: $id }) { accessToken { revokedAt } userErrors { code } } }`;

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

const saveRole = async (input: object, viewer = office.admin) => office.run(SAVE, { input: { name: '自定义', grants: [], clearMasks: [], ...input } }, viewer);
const roleByName = async (name: string) => (await office.run('{ roles(first: 50) { nodes { id name } } }', {}, office.admin)).data.roles.nodes.find((one: { name: string }) => one.name === name).id as string;

describe('roles', () => {
  it('begin with the built-in ones, equal to the catalogue', async () => {
    const { data } = await office.run('{ roles(first: 8) { nodes { name isBuiltIn grants { permission } } totalCount } permissions { name defaults { role scope } } }', {}, office.admin);
    expect(data.roles.nodes.map((role: { name: string }) => role.name)).toEqual(['客服', '客服主管', '知识编辑', '训练师', '管理员', '审计员', '分析员', '服务账号']);
    expect(data.roles.nodes[0].grants).toHaveLength(permissionCatalogue.filter((entry) => entry.defaults.agent).length);
    expect(data.permissions).toHaveLength(permissionCatalogue.length);
  });

  it('are made, changed and felt at once by who holds them', async () => {
    const made = (await saveRole({ grants: [{ permission: 'agent:read', scope: 'TEAM' }] })).data.saveRole;
    expect(made).toMatchObject({ userErrors: [], role: { isBuiltIn: false, version: 1, grants: [{ permission: 'agent:read', scope: 'TEAM' }] } });
    const agent = await office.hire();
    await office.run(CHANGE, { input: { agentId: agent.id, roleIds: [made.role.id] } }, office.admin);
    expect((await office.identityOf(agent.tokens.accessToken))!.grants).toEqual({ 'agent:read': 'TEAM' });
    const told = new Promise((resolve) => office.world.deps.live.subscribe(`identity:${agent.id}`, resolve));
    const changed = await saveRole({ roleId: made.role.id, expectedVersion: 1, grants: [{ permission: 'queue:read', scope: 'ALL' }], clearMasks: ['name'] });
    expect(changed.data.saveRole.role).toMatchObject({ version: 2, agentCount: 1, clearMasks: ['name'] });
    await told;
    expect(await office.identityOf(agent.tokens.accessToken)).toMatchObject({ grants: { 'queue:read': 'ALL' }, clearMasks: ['name'] });
    expect(await office.auditOf(made.role.id)).toMatchObject([{ verb: 'role:write' }, { verb: 'role:write', details: { before: { grants: { 'agent:read': 'TEAM' } }, after: { grants: { 'queue:read': 'ALL' } } } }]);
  });

  it.each([
    ['an unknown permission', { grants: [{ permission: 'moon:write', scope: 'ALL' }] }, 'INVALID'],
    ['an unknown mask', { clearMasks: ['salary'] }, 'INVALID'],
    ['no name', { name: ' ' }, 'REQUIRED'],
  ])('refuse %s', async (_name, input, code) => {
    expect((await saveRole(input)).data.saveRole.userErrors[0].code).toBe(code);
  });

  it('refuse to change a built-in one or a version that is gone', async () => {
    expect((await saveRole({ roleId: await roleByName('客服') })).data.saveRole.userErrors[0].code).toBe('WRONG_STATE');
    const { role } = (await saveRole({})).data.saveRole;
    expect((await saveRole({ roleId: role.id, expectedVersion: 7 })).data.saveRole).toMatchObject({ userErrors: [{ code: 'STALE_VERSION' }], role: { version: 1 } });
  });

  it('refuse a viewer without role:write, and one who holds it for less than all', async () => {
    const supervisor = await office.hire({ role: 'supervisor' });
    expect((await saveRole({}, supervisor.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await saveRole({}, agentIdentity({ grants: { 'role:write': 'TEAM' } }))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('never leave the system without an administrator', async () => {
    const change = async (agentId: string, roleIds: string[]) => (await office.run(CHANGE, { input: { agentId, roleIds } }, office.admin)).data.changeRole.userErrors.map((error: { code: string }) => error.code);
    expect(await change(office.admin.id, [await roleByName('客服')])).toEqual(['LAST_OF_KIND']);
    const disable = await office.run('mutation($id: ID!) { updateAgent(input: { agentId: $id, isEnabled: false }) { userErrors { code } } }', { id: office.admin.id }, office.admin);
    expect(disable.data.updateAgent.userErrors).toEqual([{ code: 'LAST_OF_KIND' }]);
    expect(await office.identityOf(office.adminTokens.accessToken)).not.toBeNull();
  });

  it('keep one administrator when two take each other away at the same moment', async () => {
    const second = await office.hire({ role: 'admin' });
    const agentRole = await roleByName('客服');
    const answers = await Promise.all([office.admin, second.identity].map((viewer, at, all) =>
      office.run(CHANGE, { input: { agentId: all[1 - at]!.id, roleIds: [agentRole] } }, viewer)));
    expect(answers.map((answer) => answer.data.changeRole.userErrors.length).sort()).toEqual([0, 1]);
    await office.run(CHANGE, { input: { agentId: office.admin.id, roleIds: [await roleByName('管理员')] } }, agentIdentity({ role: 'admin' }));
  });
});

describe('access tokens', () => {
  const grants = [{ permission: 'agent:read', scope: 'ALL' }];
  const issue = async (input: object, viewer: typeof office.admin) =>
    (await office.run(ISSUE, { input: { name: 'BI', grants, expiresAt: new Date(office.world.clock.now() + 86_400_000).toISOString(), idempotencyKey: randomUUID(), ...input } }, viewer)).data.issueToken;

  it('stand for their issuer, once shown, and never reach further than the issuer does now', async () => {
    const agent = await office.hire({ role: 'supervisor' });
    const { secret, accessToken } = await issue({ grants: [...grants, { permission: 'message:send', scope: 'TEAM' }] }, agent.identity);
    expect(secret).toMatch(/^clt_[\w-]{43}$/);
    expect(accessToken.prefix).toBe(secret.slice(0, 8));
    expect(await office.identityOf(secret)).toMatchObject({ kind: 'API', id: accessToken.id, agentId: agent.id, grants: { 'agent:read': 'ALL', 'message:send': 'TEAM' } });
    await office.run(CHANGE, { input: { agentId: agent.id, roleIds: [await roleByName('客服')] } }, office.admin);
    expect((await office.identityOf(secret))!.grants).toEqual({ 'agent:read': 'ALL', 'message:send': 'OWN' });
    expect(await office.auditOf(accessToken.id)).toMatchObject([{ verb: 'token:write', actorId: agent.id }]);
  });

  it('are issued once for one key, and refused for more than the caller holds', async () => {
    const agent = await office.hire();
    const idempotencyKey = randomUUID();
    const [first, second] = [await issue({ idempotencyKey }, agent.identity), await issue({ idempotencyKey }, agent.identity)];
    expect([second.secret, second.accessToken.id]).toEqual([first.secret, first.accessToken.id]);
    expect((await issue({ idempotencyKey, name: 'other' }, agent.identity)).userErrors[0].code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await issue({ grants: [{ permission: 'role:write', scope: 'ALL' }] }, agent.identity)).userErrors[0].code).toBe('NOT_ALLOWED');
    expect((await issue({ expiresAt: new Date(office.world.clock.now() + 401 * 86_400_000).toISOString() }, agent.identity)).userErrors[0].code).toBe('OUT_OF_RANGE');
  });

  it('end when revoked by their owner, not by a stranger', async () => {
    const [agent, stranger] = [await office.hire(), await office.hire()];
    const { secret, accessToken } = await issue({}, agent.identity);
    expect((await office.run(REVOKE, { id: accessToken.id }, stranger.identity)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await office.run(REVOKE, { id: accessToken.id }, agent.identity)).data.revokeToken.accessToken.revokedAt).not.toBeNull();
    expect(await office.identityOf(secret)).toBeNull();
    expect((await office.run('{ accessTokens(first: 5) { nodes { id } } }', {}, stranger.identity)).data.accessTokens.nodes).toEqual([]);
    expect((await office.run('query($id: ID!) { node(id: $id) { id } }', { id: accessToken.id }, stranger.identity)).data.node).toBeNull();
  });

  it('are void when unknown, forged or of another kind', async () => {
    for (const token of ['clt_nothing', 'x.y.z', '', newId('tok')]) expect(await office.identityOf(token)).toBeNull();
  });
});
