import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL, openOffice, PASSWORD, type Office } from '../world.fixtures.ts';

const SIGN_IN = `mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken viewer { kind agent { displayName } settings { theme } } userErrors { code field message } } }`;
const REFRESH = `mutation($input: RefreshSignInInput!) { refreshSignIn(input: $input) { accessToken refreshToken userErrors { code } } }`;
const SET_PASSWORD = `mutation($input: SetPasswordInput!) { setPassword(input: $input) { changedAt userErrors { code field } } }`;
const SET_UP = `mutation($input: SetUpInput!) { setUp(input: $input) { accessToken userErrors { code } } }`;

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

const signIn = async (name: string, password: string, address = '203.0.113.9') => (await office.run(SIGN_IN, { input: { name, password } }, null, { address })).data.signIn;
const refresh = async (refreshToken: string) => (await office.run(REFRESH, { input: { refreshToken } })).data.refreshSignIn;

describe('signing in', () => {
  it('gives a token pair and says who signed in', async () => {
    const agent = await office.hire({ name: '王芳' });
    const answer = await signIn(agent.email.toUpperCase(), PASSWORD);
    expect(answer).toMatchObject({ userErrors: [], viewer: { kind: 'AGENT', agent: { displayName: '王芳' }, settings: { theme: 'SYSTEM' } } });
    expect(await office.identityOf(answer.accessToken)).toMatchObject({ kind: 'AGENT', id: agent.id, grants: { 'message:send': 'OWN' } });
  });

  it('says the same of a wrong password and an unknown name', async () => {
    const agent = await office.hire();
    expect((await signIn(agent.email, 'wrong wrong wrong')).userErrors).toEqual((await signIn('nobody@example.com', 'wrong wrong wrong')).userErrors);
  });

  it('locks a name out after ten wrong tries from one address, and only from there, for fifteen minutes', async () => {
    const { email } = await office.hire();
    for (let tries = 1; tries <= 10; tries += 1) expect((await signIn(email, 'not the password', '203.0.113.50')).userErrors[0].code).toBe('WRONG_CREDENTIALS');
    expect((await signIn(email, PASSWORD, '203.0.113.50')).userErrors[0].code).toBe('LOCKED_OUT');
    expect((await signIn(email, PASSWORD, '203.0.113.51')).userErrors).toEqual([]);
    office.world.clock.advance(15 * 60_000);
    expect((await signIn(email, PASSWORD, '203.0.113.50')).userErrors).toEqual([]);
  });

  it('counts tries made at the same moment', async () => {
    const { email } = await office.hire();
    const answers = await Promise.all(Array.from({ length: 14 }, () => signIn(email, 'not the password', '203.0.113.60')));
    expect(answers.filter((answer) => answer.userErrors[0].code === 'WRONG_CREDENTIALS')).toHaveLength(10);
  });

  it('refuses a disabled agent and voids the tokens at once', async () => {
    const agent = await office.hire();
    await office.run('mutation($id: ID!) { updateAgent(input: { agentId: $id, isEnabled: false }) { userErrors { code } } }', { id: agent.id }, office.admin);
    expect((await signIn(agent.email, PASSWORD)).userErrors[0].code).toBe('WRONG_CREDENTIALS');
    expect(await office.identityOf(agent.tokens.accessToken)).toBeNull();
    expect((await refresh(agent.tokens.refreshToken)).userErrors[0].code).toBe('WRONG_CREDENTIALS');
  });
});

describe('refreshing', () => {
  it('gives a new pair, each refresh token once', async () => {
    const agent = await office.hire();
    const first = await refresh(agent.tokens.refreshToken);
    expect(await office.identityOf(first.accessToken)).toMatchObject({ id: agent.id });
    expect((await refresh(first.refreshToken)).userErrors).toEqual([]);
  });

  const isEnded = async (agent: { identity: Identity }, token: string) => {
    expect((await refresh(token)).userErrors[0].code).toBe('WRONG_CREDENTIALS');
    return (await office.auditOf(agent.identity.signInId!)).some((entry) => entry.verb === 'signin:end');
  };

  it('ends the whole sign-in when a token comes back after its successor was used', async () => {
    const agent = await office.hire();
    const next = await refresh(agent.tokens.refreshToken);
    const last = await refresh(next.refreshToken);
    expect(await isEnded(agent, agent.tokens.refreshToken)).toBe(true);
    expect(await office.identityOf(last.accessToken)).toBeNull();
    expect((await refresh(last.refreshToken)).userErrors[0].code).toBe('WRONG_CREDENTIALS');
  });

  it('gives a new pair to who lost the answer, for a minute', async () => {
    const agent = await office.hire();
    await refresh(agent.tokens.refreshToken);
    const again = await refresh(agent.tokens.refreshToken);
    expect(await office.identityOf(again.accessToken)).toMatchObject({ id: agent.id });
    expect((await refresh(again.refreshToken)).userErrors).toEqual([]);

    const other = await office.hire();
    await refresh(other.tokens.refreshToken);
    office.world.clock.advance(60_001);
    expect(await isEnded(other, other.tokens.refreshToken)).toBe(true);
  });

  it('finds a quick thief out when the agent\'s device refreshes next, whoever of the two goes on first', async () => {
    for (const isThiefFirst of [true, false]) {
      const agent = await office.hire();
      const [device, thief] = [await refresh(agent.tokens.refreshToken), await refresh(agent.tokens.refreshToken)];
      const [first, second] = isThiefFirst ? [thief, device] : [device, thief];
      const gone = await refresh(first.refreshToken);
      expect(await isEnded(agent, second.refreshToken)).toBe(true);
      expect(await office.identityOf(gone.accessToken)).toBeNull();
    }
  });

  it('keeps both of two tabs that come at once signed in', async () => {
    const agent = await office.hire();
    const answers = await Promise.all([refresh(agent.tokens.refreshToken), refresh(agent.tokens.refreshToken)]);
    expect(answers.map((answer) => answer.userErrors)).toEqual([[], []]);
    // They share one cookie: the one written last goes on.
    expect((await refresh(answers[1]!.refreshToken)).userErrors).toEqual([]);
  });

  it('stops working when the access token runs out after ten minutes', async () => {
    const agent = await office.hire();
    office.world.clock.advance(10 * 60_000 + 1_000);
    expect(await office.identityOf(agent.tokens.accessToken)).toBeNull();
    expect((await refresh(agent.tokens.refreshToken)).accessToken).toEqual(expect.any(String));
  });
});

describe('ending sign-ins', () => {
  it('lists own ones, masks addresses of others and ends one at once', async () => {
    const agent = await office.hire();
    const other = await signIn(agent.email, PASSWORD, '203.0.113.7');
    const list = `query($id: ID) { signIns(agentId: $id, first: 10) { nodes { id address isCurrent device } } }`;
    const { nodes } = (await office.run(list, {}, agent.identity)).data.signIns;
    expect(nodes.map((row: { isCurrent: boolean }) => row.isCurrent)).toEqual([false, true]);
    expect(nodes[0].address).toBe('203.0.113.7');
    const stranger = await office.hire();
    expect((await office.run(list, { id: agent.id }, stranger.identity)).data.signIns.nodes).toEqual([]);
    expect((await office.run(list, { id: agent.id }, (await office.hire({ role: 'auditor' })).identity)).data.signIns.nodes).toHaveLength(2);
    const end = `mutation($id: ID!) { endSignIn(input: { signInId: $id }) { signIn { id } userErrors { code } } }`;
    expect((await office.run(end, { id: nodes[0].id }, stranger.identity)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    await office.run(end, { id: nodes[0].id }, agent.identity);
    expect(await office.identityOf(other.accessToken)).toBeNull();
    expect(await office.auditOf(nodes[0].id)).toContainEqual(expect.objectContaining({ verb: 'signin:end', actorId: agent.id }));
  });

  it('signs out the caller alone', async () => {
    const agent = await office.hire();
    const other = await signIn(agent.email, PASSWORD);
    await office.run('mutation { signOut { signedOutAt userErrors { code } } }', {}, agent.identity);
    expect([await office.identityOf(agent.tokens.accessToken), (await office.identityOf(other.accessToken))?.id]).toEqual([null, agent.id]);
  });
});

describe('passwords', () => {
  it('are set once by an invitation, and weak ones refused', async () => {
    const created = await office.run(`mutation($input: CreateAgentInput!) { createAgent(input: $input) { agent { id } invitationUrl userErrors { code } } }`,
      { input: { displayName: '新人', email: `${randomUUID()}@example.com`, roleIds: [], teamIds: [], idempotencyKey: randomUUID() } }, office.admin);
    const token = created.data.createAgent.invitationUrl.split('token=')[1];
    const set = async (newPassword: string) => (await office.run(SET_PASSWORD, { input: { token, newPassword } }, null, { address: '203.0.113.88' })).data.setPassword.userErrors.map((error: { code: string }) => error.code);
    expect(await set('short')).toEqual(['TOO_SHORT']);
    expect(await set('password1234')).toEqual(['WEAK_PASSWORD']);
    expect(await set(PASSWORD)).toEqual([]);
    expect(await set('another long secret 7')).toEqual(['EXPIRED']);
  });

  it('forgotten are set anew by a link that works once and for a day, and leaves an audit entry', async () => {
    const agent = await office.hire();
    const reset = async (viewer = office.admin) => office.run('mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { agent { id } passwordUrl userErrors { code } } }', { input: { agentId: agent.id } }, viewer);
    const tokenOf = async () => (await reset()).data.resetPassword.passwordUrl.split('#token=')[1] as string;
    const set = async (token: string, newPassword: string) => (await office.run(SET_PASSWORD, { input: { token, newPassword } }, null, { address: '203.0.113.89' })).data.setPassword.userErrors.map((error: { code: string }) => error.code);
    const [one, two] = [await tokenOf(), await tokenOf()];
    expect((await signIn(agent.email, PASSWORD)).userErrors).toEqual([]);
    expect([await set(one, 'another long secret 7'), await set(one, 'a third long secret 8'), await set(two, 'a third long secret 8')]).toEqual([[], ['EXPIRED'], ['EXPIRED']]);
    expect([(await signIn(agent.email, 'another long secret 7')).userErrors, await office.identityOf(agent.tokens.accessToken)]).toEqual([[], null]);
    expect(await office.auditOf(agent.id)).toContainEqual(expect.objectContaining({ verb: 'agent:write', actorId: office.admin.id, details: expect.objectContaining({ after: { isPasswordReset: true } }) }));
    const late = await tokenOf();
    await office.world.clock.advance(24 * 3_600_000);
    expect(await set(late, 'a third long secret 8')).toEqual(['EXPIRED']);
    expect((await reset((await office.hire({ role: 'supervisor' })).identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('of somebody who may do more are nobody\'s to reset', async () => {
    const clerk = { ...office.admin, id: 'agt_clerk', agentId: 'agt_clerk', grants: { 'agent:write': 'ALL' as const, 'agent:read': 'ALL' as const } };
    const { data } = await office.run('mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { passwordUrl userErrors { code field } } }', { input: { agentId: office.admin.agentId } }, clerk);
    expect(data.resetPassword).toEqual({ passwordUrl: null, userErrors: [{ code: 'NOT_ALLOWED', field: ['agentId'] }] });
    const seesLess = { ...clerk, grants: Object.fromEntries(Object.entries(office.admin.grants).filter(([name]) => name !== 'role:write')), clearMasks: [] };
    const auditor = await office.hire({ role: 'auditor' });
    const reset = (viewer: Identity) => office.run('mutation($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { code field } } }', { input: { agentId: auditor.id } }, viewer);
    expect((await reset(seesLess)).data.resetPassword.userErrors).toEqual([{ code: 'NOT_ALLOWED', field: ['agentId'] }]);
    expect((await reset({ ...seesLess, clearMasks: office.admin.clearMasks })).data.resetPassword.userErrors).toEqual([]);
  });

  it('changed with the present one end all other sign-ins', async () => {
    const agent = await office.hire();
    const other = await signIn(agent.email, PASSWORD);
    const wrong = await office.run(SET_PASSWORD, { input: { currentPassword: 'not the password', newPassword: 'another long secret 7' } }, agent.identity);
    expect(wrong.data.setPassword.userErrors[0].code).toBe('WRONG_CREDENTIALS');
    const set = await office.run(SET_PASSWORD, { input: { currentPassword: PASSWORD, newPassword: 'another long secret 7' } }, agent.identity);
    expect(set.data.setPassword.userErrors).toEqual([]);
    expect([await office.identityOf(other.accessToken), (await office.identityOf(agent.tokens.accessToken))?.id]).toEqual([null, agent.id]);
    expect((await signIn(agent.email, 'another long secret 7')).userErrors).toEqual([]);
  });
});

describe('setting up', () => {
  const input = { organisationName: '甲', timeZone: 'Asia/Shanghai', displayName: '乙', email: 'second@example.com', password: PASSWORD };

  it('works once', async () => {
    expect((await office.run(SET_UP, { input }, null, LOCAL)).data.setUp.userErrors[0].code).toBe('WRONG_STATE');
  });

  it('leaves an administrator, the team supervisor_group and the built-in roles', async () => {
    const { data } = await office.run('{ viewer { kind timeZone agent { displayName roles { name isBuiltIn } teams { key } } } }', {}, office.admin);
    expect(data.viewer).toEqual({ kind: 'AGENT', timeZone: 'Asia/Shanghai', agent: { displayName: '管理员', roles: [{ name: '管理员', isBuiltIn: true }], teams: [{ key: 'supervisor_group' }] } });
  });
});
