import { agentIdentity } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

const VIEW = 'view { id name sharing version team { id } }';

let desk: TicketDesk;
let teamId: string;
beforeAll(async () => {
  desk = await openTicketDesk();
  teamId = newId('tem');
});
afterAll(() => desk.world.close());

const agentOf = (role: 'agent' | 'supervisor' | 'admin' = 'agent') => agentIdentity({ role, teamIds: [teamId] });
const save = (viewer: Identity, changes: object = {}) => desk.tell('saveTicketView', { name: '今天到期', filter: { priorities: ['P0'] }, columns: [], sharing: 'ME', ...changes }, VIEW, viewer);
const drop = (viewer: Identity, viewId: string) => desk.tell('deleteTicketView', { viewId }, 'viewId', viewer);
const codeOf = (answer: any) => answer.userErrors[0]?.code;

describe('shared views, for whoever keeps them in order', () => {
  const SHARED = `query($search: String, $sharing: Sharing, $teamId: ID, $first: Int, $after: String, $last: Int) { sharedTicketViews(search: $search, sharing: $sharing, teamId: $teamId, first: $first, after: $after, last: $last) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id } } nodes { id name sharing isEditable count team { id } owner { id } changedBy { id } changedAt } } }`;
  const shared = async (viewer: Identity, args: Record<string, unknown> = {}) => (await desk.ask(SHARED, args, viewer)).sharedTicketViews;
  const names = async (viewer: Identity, args: Record<string, unknown> = {}) => (await shared(viewer, args)).nodes.map(({ name }: { name: string }) => name);
  /** Views of one test, found by a word of its own: others write beside it. */
  async function shareThree() {
    const word = newId('tag').slice(-12);
    const [admin, lead, other] = [agentOf('admin'), agentOf('supervisor'), newId('tem')];
    const elsewhere = agentIdentity({ role: 'supervisor', teamIds: [other] });
    await save(admin, { name: `own ${word}` });
    const all = (await save(admin, { name: `a ${word}`, sharing: 'ALL' })).view;
    const ofTeam = (await save(lead, { name: `b ${word}`, sharing: 'TEAM', teamId })).view;
    const ofOther = (await save(elsewhere, { name: `C ${word}`, sharing: 'TEAM', teamId: other })).view;
    return { word, admin, lead, other, elsewhere, all, ofTeam, ofOther };
  }

  it('are those of everybody and of every team to who may write all, else of the own teams; never those of one alone', async () => {
    const { word, admin, lead, other, elsewhere, ofTeam, ofOther } = await shareThree();
    const editable = async (viewer: Identity) => Object.fromEntries((await shared(viewer, { search: word, first: 50 })).nodes.map(({ name, isEditable }: any) => [name.split(' ')[0], isEditable]));
    expect(await editable(admin)).toEqual({ C: true, a: true, b: true });
    expect(await editable(lead)).toEqual({ a: false, b: true });
    expect(await editable(elsewhere)).toEqual({ C: true, a: false });
    expect(await editable(agentOf())).toEqual({ a: false, b: false });
    expect(await names(admin, { search: word, sharing: 'TEAM', first: 50 })).toEqual([ofOther.name, ofTeam.name]);
    expect(await names(admin, { search: word, teamId: other, first: 50 })).toEqual([ofOther.name]);
    for (const args of [{ sharing: 'ME' }, { sharing: 'ALL', teamId: other }, { teamId: 'tem_nobody' }]) expect(await shared(admin, { search: word, first: 50, ...args })).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await shared(lead, { teamId: other, first: 50 })).toMatchObject({ totalCount: 0, nodes: [] });
  });

  it('come page by page in order of their names, found by any part of them', async () => {
    const { word, admin, all, ofTeam, ofOther } = await shareThree();
    const first = await shared(admin, { search: ` A ${word.toUpperCase()} `, first: 5 });
    expect(first.nodes.map(({ id }: any) => id)).toEqual([all.id]);
    const one = await shared(admin, { search: word, first: 2 });
    expect(one).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true }, edges: [{ node: { id: ofOther.id } }, { node: { id: all.id } }] });
    const two = await shared(admin, { search: word, first: 2, after: one.pageInfo.endCursor });
    expect([two.nodes.map(({ id }: any) => id), two.pageInfo.hasNextPage]).toEqual([[ofTeam.id], false]);
    expect((await shared(admin, { search: word, last: 2 })).nodes.map(({ id }: any) => id)).toEqual([all.id, ofTeam.id]);
    expect(await names(admin, { search: '%', first: 50 })).toEqual([]);
    await expect(shared(admin, { search: 'x'.repeat(41), first: 5 })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('say who made them, and who changed them last and when', async () => {
    const { word, admin, elsewhere, ofOther } = await shareThree();
    const look = async () => (await shared(admin, { search: word, first: 1 })).nodes[0];
    const before = await look();
    expect(before).toMatchObject({ id: ofOther.id, owner: { id: elsewhere.id }, changedBy: { id: elsewhere.id }, changedAt: expect.stringMatching(/^2026-.*Z$/) });
    await save(admin, { viewId: ofOther.id, name: ofOther.name, sharing: 'ALL' });
    expect(await look()).toMatchObject({ sharing: 'ALL', team: null, owner: { id: elsewhere.id }, changedBy: { id: admin.id } });
  });

  it('of another team are opened, changed and removed by who may write all, and are not there for a team\'s own administrator', async () => {
    const { admin, lead, ofOther } = await shareThree();
    expect((await desk.ask('query($id: ID!) { tickets(viewId: $id, first: 5) { totalCount } }', { id: ofOther.id }, admin)).tickets.totalCount).toBeGreaterThanOrEqual(0);
    await expect(desk.ask('query($id: ID!) { tickets(viewId: $id, first: 5) { totalCount } }', { id: ofOther.id }, lead)).rejects.toThrow('BAD_USER_INPUT');
    expect(codeOf(await save(lead, { viewId: ofOther.id, sharing: 'ALL' }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { viewId: ofOther.id }))).toBe('NOT_FOUND');
    expect(codeOf(await drop(lead, ofOther.id))).toBe('NOT_FOUND');
    expect((await save(admin, { viewId: ofOther.id, name: `${ofOther.name}!`, sharing: 'TEAM', teamId: ofOther.team.id })).view).toMatchObject({ version: 2 });
    expect(await drop(admin, ofOther.id)).toMatchObject({ viewId: ofOther.id, userErrors: [] });
  });

  it.each(['view:write', 'ticket:read'])('are nothing for who lacks %s', async (permission) => {
    const { [permission]: _, ...grants } = agentOf('supervisor').grants;
    await expect(shared(agentIdentity({ grants }), { first: 5 })).rejects.toThrow('FORBIDDEN');
  });
});
