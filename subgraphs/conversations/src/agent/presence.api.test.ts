import type { Answer } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const SET = `mutation($input: SetPresenceInput!) { setPresence(input: $input) { agent { id presence } userErrors { code } } }`;
const WATCH = `subscription($teamIds: [ID!]) { presenceChanged(teamIds: $teamIds) { at agents { id presence presenceSince displayName } } }`;
const READ = `query($id: ID!) { agent(id: $id) { presence } }`;

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

const set = (input: object, viewer: Office['admin']) => office.run(SET, { input }, viewer);
const presenceOf = async (id: string) => (await office.run(READ, { id }, office.admin)).data.agent.presence;
const agentsOf = async (stream: AsyncIterator<Answer>): Promise<{ id: string; presence: string }[]> => (await stream.next()).value.data.presenceChanged.agents;

describe('presence', () => {
  it('is set by oneself, by a supervisor of the team, and by nobody else', async () => {
    const team = await office.makeTeam();
    const [agent, supervisor, stranger] = [await office.hire({ teamIds: [team] }), await office.hire({ role: 'supervisor', teamIds: [team] }), await office.hire()];
    expect((await set({ presence: 'ONLINE' }, agent.identity)).data.setPresence.agent.presence).toBe('ONLINE');
    expect((await set({ presence: 'AWAY', agentId: agent.id }, supervisor.identity)).data.setPresence.agent.presence).toBe('AWAY');
    expect((await set({ presence: 'ONLINE', agentId: agent.id }, stranger.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('runs out 15 s after the console was heard last', async () => {
    const agent = await office.hire();
    await set({ presence: 'ONLINE' }, agent.identity);
    office.world.clock.advance(15_000);
    await office.world.runJobs();
    expect(await presenceOf(agent.id)).toBe('ONLINE');
    office.world.clock.advance(3_001);
    await office.world.runJobs();
    expect(await presenceOf(agent.id)).toBe('OFFLINE');
  });

  it('comes back as chosen after a short cut, and not after a long one', async () => {
    const [quick, slow, quiet] = [await office.hire(), await office.hire(), await office.hire()];
    for (const agent of [quick, slow, quiet]) await set({ presence: 'AWAY' }, agent.identity);
    await set({ presence: 'OFFLINE' }, quiet.identity);
    office.world.clock.advance(20_000);
    await office.world.runJobs();
    const open = async (agent: typeof quick) => {
      const stream = await office.world.subscribe('conversations', WATCH, {}, agent.identity);
      await stream.next();
      await stream.return!();
    };
    await open(quick);
    await open(quiet);
    office.world.clock.advance(11 * 60_000);
    await open(slow);
    expect([await presenceOf(quick.id), await presenceOf(slow.id), await presenceOf(quiet.id)]).toEqual(['AWAY', 'OFFLINE', 'OFFLINE']);
  });

  it('goes OFFLINE with the last sign-in', async () => {
    const agent = await office.hire();
    await set({ presence: 'ONLINE' }, agent.identity);
    await office.run('mutation { signOut { signedOutAt } }', {}, agent.identity);
    expect(await presenceOf(agent.id)).toBe('OFFLINE');
  });
});

describe('the presence stream', () => {
  it('tells all first, then who changed: the old list with the changes equals a new list', async () => {
    const team = await office.makeTeam();
    const [one, two] = [await office.hire({ teamIds: [team] }), await office.hire({ teamIds: [team] })];
    const stream = await office.world.subscribe('conversations', WATCH, { teamIds: [team] }, office.admin);
    const seen = new Map((await agentsOf(stream)).map((agent) => [agent.id, agent.presence]));
    expect([...seen.keys()].sort()).toEqual([one.id, two.id].sort());
    await set({ presence: 'ONLINE' }, one.identity);
    await set({ presence: 'ONLINE' }, (await office.hire()).identity);
    await set({ presence: 'AWAY' }, two.identity);
    while (seen.get(two.id) !== 'AWAY') for (const agent of await agentsOf(stream)) seen.set(agent.id, agent.presence);
    await stream.return!();
    const fresh = await office.world.subscribe('conversations', WATCH, { teamIds: [team] }, office.admin);
    expect(new Map((await agentsOf(fresh)).map((agent) => [agent.id, agent.presence]))).toEqual(seen);
    await fresh.return!();
  });

  it('tells that a disabled agent is gone', async () => {
    const agent = await office.hire();
    await set({ presence: 'ONLINE' }, agent.identity);
    const stream = await office.world.subscribe('conversations', WATCH, {}, office.admin);
    await stream.next();
    await office.run('mutation($id: ID!) { updateAgent(input: { agentId: $id, isEnabled: false }) { userErrors { code } } }', { id: agent.id }, office.admin);
    let told = (await agentsOf(stream)).find((row) => row.id === agent.id);
    while (told?.presence !== 'OFFLINE') told = (await agentsOf(stream)).find((row) => row.id === agent.id);
    await stream.return!();
  });

  it('is refused to customers and limited to own teams for who reads no further', async () => {
    const visitor = await office.visit();
    await expect(office.world.subscribe('conversations', WATCH, {}, visitor.identity)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const [mine, other] = [await office.makeTeam(), await office.makeTeam()];
    const agent = await office.hire({ teamIds: [mine] });
    await office.hire({ teamIds: [other] });
    const narrow = { ...agent.identity, grants: { 'agent:read': 'TEAM' as const } };
    const stream = await office.world.subscribe('conversations', WATCH, { teamIds: [mine, other] }, narrow);
    expect((await agentsOf(stream)).map((row) => row.id)).toEqual([agent.id]);
    await stream.return!();
  });
});
