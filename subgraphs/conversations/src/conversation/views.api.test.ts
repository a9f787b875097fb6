import { agentIdentity } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { take } from './conversation.fixtures.ts';
import { NOTE, openDesk, READ, SEND, sending, type Desk } from './desk.fixtures.ts';
import { inboxNumbering } from './inbox-numbering.ts';
import { watchInbox, type InboxEvent } from './inbox-stream.ts';
import { inboxTail } from './inbox-tail.ts';

const FIELDS = 'id name builtIn filter orderField orderDirection sharing isEditable count unreadCount version team { id }';
const SAVE = `mutation($input: SaveConversationViewInput!) { saveConversationView(input: $input) { view { ${FIELDS} } userErrors { code field } } }`;
const DELETE = 'mutation($id: ID!) { deleteConversationView(input: { viewId: $id }) { viewId userErrors { code } } }';
const VIEWS = `{ conversationViews { ${FIELDS} } }`;
const PAGE = 'query($viewId: ID!, $filter: ConversationFilter) { conversations(viewId: $viewId, filter: $filter, first: 50) { totalCount nodes { id } } }';
const TAG = 'mutation($input: UpdateConversationInput!) { updateConversation(input: $input) { userErrors { code } } }';
const UNFINISHED = ['BOT', 'QUEUED', 'ACTIVE'];

let desk: Desk;
let teamId: string;
beforeAll(async () => {
  desk = await openDesk();
  teamId = desk.office.admin.teamIds[0]!;
});
afterAll(() => desk.close());

const agentOf = (role: 'agent' | 'supervisor' | 'admin' = 'agent') => agentIdentity({ role, teamIds: [teamId], queueIds: desk.agent.queueIds });
const save = async (viewer: Identity, changes: object = {}) =>
  (await desk.ask(SAVE, { input: { name: '紧急', filter: { priorities: ['P0'] }, sharing: 'ME', ...changes } }, viewer)).saveConversationView;
const drop = async (viewer: Identity, id: string) => (await desk.ask(DELETE, { id }, viewer)).deleteConversationView;
const viewsOf = async (viewer: Identity): Promise<any[]> => (await desk.ask(VIEWS, {}, viewer)).conversationViews;
const savedOf = async (viewer: Identity) => (await viewsOf(viewer)).filter(({ builtIn }) => builtIn === null);
const list = async (viewer: Identity, viewId: string, filter: object | null = null) => {
  const { conversations } = await desk.ask(PAGE, { viewId, filter }, viewer);
  return { total: conversations.totalCount, ids: conversations.nodes.map(({ id }: { id: string }) => id).sort() };
};
const tag = (id: string, tags: string[], viewer = desk.agent) => desk.ask(TAG, { input: { conversationId: id, tags } }, viewer);
const codeOf = (answer: any) => answer.userErrors[0]?.code;
/** A tag of one test: others write beside it. */
const ownTag = () => newId('tag').slice(-20);

describe('saved views of the inbox', () => {
  it('are kept with name, conditions and order, and count what they list', async () => {
    const mark = ownTag();
    const [one, two] = [await desk.begin(), await desk.begin()];
    for (const { id } of [one, two]) await tag(id, [mark]);
    await desk.ask(READ, { id: two.id, seq: await desk.lastSeq(two.id) }, desk.agent);
    const { view, userErrors } = await save(desk.agent, { name: '  退款  ', filter: { tags: [` ${mark}`], states: UNFINISHED, isUnread: false }, orderBy: { field: 'STARTED', direction: 'ASC' } });
    expect(userErrors).toEqual([]);
    expect(view).toMatchObject({
      name: '退款', builtIn: null, filter: { tags: [mark], states: UNFINISHED }, orderField: 'STARTED', orderDirection: 'ASC', sharing: 'ME', isEditable: true, count: 2, unreadCount: 1, version: 1, team: null,
    });
    expect(await list(desk.agent, view.id)).toEqual({ total: 2, ids: [one.id, two.id].sort() });
    expect(await list(desk.agent, view.id, { isUnread: true })).toEqual({ total: 1, ids: [one.id] });
    expect(await list(desk.agent, view.id, { tags: ['nobody'] })).toEqual({ total: 0, ids: [] });
    expect((await savedOf(desk.agent)).find(({ id }) => id === view.id)).toEqual(view);
    const { node } = await desk.ask(`query($id: ID!) { node(id: $id) { ... on ConversationView { ${FIELDS} } } }`, { id: view.id }, desk.agent);
    expect(node).toEqual(view);
  });

  it.each([
    ['what is unread', (mark: string) => ({ tags: [mark], states: UNFINISHED, isUnread: true }), 1, 1],
    ['one of two tags', (mark: string) => ({ tags: [mark, 'x'] }), 2, 1],
    ['since a day', (mark: string) => ({ tags: [mark], startedAfter: '2020-01-01T00:00:00.000Z' }), 2, 1],
    ['until a day', (mark: string) => ({ tags: [mark], startedBefore: '2020-01-01T00:00:00.000Z' }), 0, 0],
    ['of one team', (mark: string) => ({ tags: [mark], teamIds: [teamId] }), 2, 1],
    ['of a team nobody is in', (mark: string) => ({ tags: [mark], teamIds: [newId('tem')] }), 0, 0],
    ['without an owner', (mark: string) => ({ tags: [mark], isUnassigned: true }), 0, 0],
  ])('count and list the same: %s', async (_name, filterOf, count, unreadCount) => {
    const mark = ownTag();
    const [one, two] = [await desk.begin(), await desk.begin()];
    for (const { id } of [one, two]) await tag(id, [mark]);
    await desk.ask(READ, { id: two.id, seq: await desk.lastSeq(two.id) }, desk.agent);
    const { view } = await save(desk.agent, { name: mark, filter: filterOf(mark) });
    expect(view).toMatchObject({ count, unreadCount });
    expect((await list(desk.agent, view.id)).total).toBe(count);
    await drop(desk.agent, view.id);
  });

  it('stand after the built-in ones: one\'s own, those of the teams, those of everybody', async () => {
    const [me, lead, admin] = [agentOf(), agentOf('supervisor'), agentOf('admin')];
    const all = (await save(admin, { name: 'for all', sharing: 'ALL' })).view;
    const shared = (await save(lead, { name: 'for the team', sharing: 'TEAM', teamId })).view;
    const own = (await save(me, { name: 'mine' })).view;
    expect(shared).toMatchObject({ sharing: 'TEAM', team: { id: teamId } });
    expect((await viewsOf(me)).map(({ builtIn, id }) => builtIn ?? id)).toEqual(['MINE', 'UNASSIGNED', 'MENTIONED', 'SNOOZED', 'TEAM', own.id, shared.id, all.id]);
    expect((await savedOf(agentIdentity())).map(({ id }) => id)).toEqual([all.id]);
    for (const [viewer, { id }] of [[admin, all], [lead, shared]] as const) expect(await drop(viewer, id)).toEqual({ viewId: id, userErrors: [] });
  });

  it('are shared only as far as the scope of view:write reaches', async () => {
    const [me, lead] = [agentOf(), agentOf('supervisor')];
    expect(codeOf(await save(me, { sharing: 'TEAM', teamId }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { sharing: 'ALL' }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { sharing: 'TEAM', teamId: newId('tem') }))).toBe('NOT_ALLOWED');
    expect(codeOf(await save(lead, { sharing: 'TEAM' }))).toBe('REQUIRED');
  });

  it('are changed and removed by who may share them so far, and are not there for whom they are not shared with', async () => {
    const [me, lead, stranger] = [agentOf(), agentOf('supervisor'), agentIdentity()];
    const own = (await save(me, { name: 'own' })).view;
    const shared = (await save(lead, { name: 'shared', sharing: 'TEAM', teamId })).view;
    expect(codeOf(await save(stranger, { viewId: own.id }))).toBe('NOT_FOUND');
    expect(codeOf(await drop(stranger, shared.id))).toBe('NOT_FOUND');
    expect(codeOf(await save(me, { viewId: shared.id }))).toBe('NOT_ALLOWED');
    expect(codeOf(await drop(me, shared.id))).toBe('NOT_ALLOWED');
    await expect(list(stranger, own.id)).rejects.toThrow('BAD_USER_INPUT');
    expect((await save(agentOf('supervisor'), { viewId: shared.id, name: 'renamed', sharing: 'TEAM', teamId })).view).toMatchObject({ id: shared.id, name: 'renamed', version: 2 });
    expect(await drop(me, own.id)).toEqual({ viewId: own.id, userErrors: [] });
    expect(codeOf(await drop(me, own.id))).toBe('NOT_FOUND');
    await drop(lead, shared.id);
  });

  it('are also the queues, of who waits in them, the longest first: for who may read them, and not to be changed', async () => {
    const boss = agentIdentity({ role: 'admin' });
    const waiting = [(await desk.begin('先来', null)), (await desk.begin('后到', null))];
    const owned = await desk.begin('已接入');
    const queueId = desk.agent.queueIds[0]!;
    const { conversations } = await desk.ask(PAGE, { viewId: queueId, filter: null }, boss);
    const ids = conversations.nodes.map((node: { id: string }) => node.id);
    expect(ids).toHaveLength(conversations.totalCount);
    expect(ids).not.toContain(owned.id);
    expect(ids.slice(-2)).toEqual(waiting.map(({ id }) => id));
    expect(await list(desk.agent, queueId)).toEqual({ total: ids.length, ids: [...ids].sort() });
    await expect(list(agentOf(), newId('que'))).rejects.toThrow('BAD_USER_INPUT');
    await expect(list(agentIdentity({ grants: { 'conversation:read': 'ALL' } }), queueId)).rejects.toThrow('BAD_USER_INPUT');
    expect(codeOf(await save(boss, { viewId: queueId }))).toBe('NOT_FOUND');
    expect(codeOf(await drop(boss, queueId))).toBe('NOT_FOUND');
  });

  it('saved over a version the caller did not see are left as they are, and shown', async () => {
    const me = agentOf();
    const { view } = await save(me);
    await save(me, { viewId: view.id, name: 'newer', expectedVersion: 1 });
    const late = await save(me, { viewId: view.id, name: 'late', expectedVersion: 1 });
    expect(late).toMatchObject({ view: { name: 'newer', version: 2 }, userErrors: [{ code: 'STALE_VERSION', field: ['expectedVersion'] }] });
    expect((await savedOf(me)).map(({ name }) => name)).toEqual(['newer']);
  });

  it('saved twice by a retry are one, also in the same moment, and another of the same name is refused', async () => {
    const me = agentOf();
    const saved = await Promise.all(Array.from({ length: 6 }, () => save(me)));
    expect(new Set(saved.map(({ view }) => view?.id)).size).toBe(1);
    expect((await savedOf(me))).toHaveLength(1);
    expect(codeOf(await save(me, { filter: { priorities: ['P1'] } }))).toBe('ALREADY_EXISTS');
  });

  it('are put in another order by their place', async () => {
    const me = agentOf();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await save(me, { name })).view.id);
    await save(me, { viewId: ids[2], name: 'c', position: 0 });
    await save(me, { viewId: ids[0], name: 'a', filter: { priorities: ['P2'] } });
    expect((await savedOf(me)).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it.each([
    ['an empty name', { name: '  ' }, 'REQUIRED'], ['a name of 41 characters', { name: '名'.repeat(41) }, 'TOO_LONG'],
    ['a condition on what is no id', { filter: { agentIds: ['somebody'] } }, 'INVALID'],
    ['too many tags', { filter: { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) } }, 'TOO_MANY'],
  ])('refuse %s', async (_name, changes, code) => expect(codeOf(await save(agentOf(), changes))).toBe(code));

  it('refuse a viewer without view:write', async () => {
    const analyst = agentIdentity({ role: 'analyst' });
    await expect(save(analyst)).rejects.toThrow('FORBIDDEN');
    await expect(drop(analyst, newId('viw'))).rejects.toThrow('FORBIDDEN');
  });
});

describe('inboxChanged with saved views', () => {
  const open = async (viewer: Identity) => {
    await desk.machine.parts.of(inboxNumbering).drain();
    const stream = await watchInbox(desk.machine.contextOf(viewer), null);
    return { stream, first: await take(stream, isCounters) };
  };
  const isCounters = (event: InboxEvent) => event.__typename === 'InboxCountersChanged';
  const idsOf = (event: InboxEvent, id: string) => (event.__typename === 'InboxConversationChanged' && event.conversation.id === id ? event.viewIds : []);
  const hasCounter = (viewId: string, count: number) => (event: InboxEvent) => event.__typename === 'InboxCountersChanged' && event.views.some((view: any) => view.id === viewId && view.count === count);

  it('tells of a conversation that comes into a saved view and leaves it, and counts it', async () => {
    const mark = ownTag();
    const { view } = await save(desk.agent, { name: mark, filter: { tags: [mark] } });
    const { id } = await desk.begin();
    const { stream, first } = await open(desk.agent);
    expect(first.at(-1)).toMatchObject({ views: expect.arrayContaining([expect.objectContaining({ id: view.id, count: 0 })]), removedViewIds: [] });
    await tag(id, [mark]);
    await take(stream, (event) => idsOf(event, id).includes(view.id));
    await take(stream, hasCounter(view.id, 1));
    await tag(id, []);
    await take(stream, (event) => event.__typename === 'InboxConversationChanged' && event.conversation.id === id && !event.viewIds.includes(view.id));
    await take(stream, hasCounter(view.id, 0));
    await stream.return();
  });

  it('takes a conversation out of a view of what is unread once it was read, and brings it back with the next words', async () => {
    const mark = ownTag();
    const { view } = await save(desk.agent, { name: mark, filter: { tags: [mark], states: UNFINISHED, isUnread: true } });
    const { id, visitor } = await desk.begin();
    await tag(id, [mark]);
    const { stream } = await open(desk.agent);
    await desk.ask(READ, { id, seq: await desk.lastSeq(id) }, desk.agent);
    await take(stream, (event) => event.__typename === 'InboxConversationChanged' && event.conversation.id === id && !event.viewIds.includes(view.id));
    await desk.ask(SEND, sending(id, '在吗？'), visitor);
    await take(stream, (event) => idsOf(event, id).includes(view.id));
    await stream.return();
  });

  it('tells who sees everything of what is in a saved view of its own, far from its queues and teams', async () => {
    const mark = ownTag();
    const boss = agentIdentity({ role: 'admin' });
    const { view } = await save(boss, { name: mark, filter: { tags: [mark] } });
    const { id } = await desk.begin();
    const { stream } = await open(boss);
    await tag(id, [mark]);
    await take(stream, (event) => idsOf(event, id).includes(view.id));
    await stream.return();
  });

  it('says nothing of what is not the reader\'s to read, whatever its view asks for', async () => {
    const mark = ownTag();
    const { view } = await save(desk.stranger, { name: mark, filter: { tags: [mark] } });
    const { id } = await desk.begin();
    const { stream } = await open(desk.stranger);
    await tag(id, [mark]);
    await desk.ask(NOTE, sending(id, 'look here', { mentionIds: [] }), desk.agent);
    await drop(desk.stranger, view.id);
    const seen = await take(stream, (event) => event.__typename === 'InboxCountersChanged' && event.removedViewIds.includes(view.id));
    expect(JSON.stringify(seen)).not.toContain(id);
    await stream.return();
  });

  it('tells of a view that a colleague shares, renames and removes', async () => {
    const [me, lead] = [agentOf(), agentOf('supervisor')];
    const { stream } = await open(me);
    const { view } = await save(lead, { name: 'shared now', sharing: 'TEAM', teamId });
    const told = (name: string) => (event: InboxEvent) => event.__typename === 'InboxCountersChanged' && event.views.some((one: any) => one.id === view.id && one.name === name);
    await take(stream, told('shared now'));
    await save(lead, { viewId: view.id, name: 'renamed', sharing: 'TEAM', teamId });
    await take(stream, told('renamed'));
    await drop(lead, view.id);
    await take(stream, (event) => event.__typename === 'InboxCountersChanged' && event.removedViewIds.includes(view.id));
    await stream.return();
  });

  it('tells of another team\'s view that is being looked at by who may change it, and passes over one that is not there', async () => {
    const [mark, other] = [ownTag(), newId('tem')];
    const boss = agentIdentity({ role: 'admin' });
    const { view } = await save(agentIdentity({ role: 'supervisor', teamIds: [other] }), { name: mark, filter: { tags: [mark] }, sharing: 'TEAM', teamId: other });
    const { id } = await desk.begin();
    await desk.machine.parts.of(inboxNumbering).drain();
    const stream = await watchInbox(desk.machine.contextOf(boss), null, view.id);
    await take(stream, hasCounter(view.id, 0));
    await tag(id, [mark]);
    await take(stream, (event) => idsOf(event, id).includes(view.id));
    await take(stream, hasCounter(view.id, 1));
    await drop(boss, view.id);
    await take(stream, (event) => event.__typename === 'InboxCountersChanged' && event.removedViewIds.includes(view.id));
    await stream.return();
    const without = await watchInbox(desk.machine.contextOf(boss), null, view.id);
    expect((await take(without, isCounters)).at(-1)).toMatchObject({ views: expect.not.arrayContaining([expect.objectContaining({ id: view.id })]) });
    await without.return();
  });

  it('tells who serves other queues of one that is being looked at: who comes, who goes, how many wait', async () => {
    const boss = agentIdentity({ role: 'admin' });
    const { id } = await desk.begin('谁在等', null);
    const queueId = desk.agent.queueIds[0]!;
    const { total } = await list(boss, queueId);
    await desk.machine.parts.of(inboxNumbering).drain();
    const stream = await watchInbox(desk.machine.contextOf(boss), null, queueId);
    await take(stream, hasCounter(queueId, total));
    const { id: next } = await desk.begin('我也在等', null);
    await take(stream, (event) => idsOf(event, next).includes(queueId));
    await take(stream, hasCounter(queueId, total + 1));
    await desk.ask('mutation($id: ID!, $agentId: ID!) { assignConversation(input: { conversationId: $id, agentId: $agentId }) { userErrors { code } } }', { id, agentId: desk.agent.id }, desk.office.admin);
    await take(stream, (event) => event.__typename === 'InboxConversationRemoved' && event.conversationId === id);
    await stream.return();
  });

  it('learns of a view at the next beat when the word of it was lost', async () => {
    const me = agentOf();
    const { stream } = await open(me);
    const { view } = await save(me, { name: 'unheard' });
    desk.office.world.clock.advance(16_000);
    await desk.machine.parts.of(inboxTail).beat();
    await take(stream, hasCounter(view.id, view.count));
    await stream.return();
  });
});
